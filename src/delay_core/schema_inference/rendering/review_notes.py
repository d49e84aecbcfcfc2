"""The comment at the top of an inferred schema: what it was inferred from, and what a person should check."""

from collections.abc import Iterator, Sequence

from delay_core.schema_inference.detection.label_columns import DelayColumn, LabelColumn
from delay_core.schema_inference.detection.label_dates import DatePair
from delay_core.schema_inference.inference import InferredSchema
from delay_core.schema_inference.rendering.yaml_emitter import comment_lines, one_line

_MAX_LISTED_COLUMNS = 6
_MAX_LISTED_PII_COLUMNS = 20


def review_notes(schema: InferredSchema, name: str) -> list[str]:
    """The comment lines."""
    table = schema.table
    rows = f"all {table.rows:,} rows" if schema.sample.whole else f"its first {table.rows:,} rows"
    malformed = f", {table.malformed_rows:,} more cannot be cut into columns" if table.malformed_rows else ""
    lines = comment_lines(f"Draft of a schema for {one_line(name)!r}, inferred from {rows}{malformed}.")
    lines += comment_lines("The comment beside each finding states its evidence. A finding may be wrong; check:")
    for number, text in enumerate(_checks(schema), 1):
        lines += comment_lines(f"{number}. {text}", hang=3)
    return lines


def add_review_note(draft: str, note: str) -> str:
    """The inferred schema with one more note below the comment at its top."""
    notes, separator, rest = draft.partition("\nname: ")
    return "\n".join([notes, *comment_lines(one_line(note, 600))]) + separator + rest


def _checks(schema: InferredSchema) -> Iterator[str]:
    yield _label_check(schema)
    if schema.point.column is None:
        yield "prediction_point: fill in the timestamp of the prediction, and its stage."
    else:
        yield (
            f"prediction_point: the prediction is made when {one_line(schema.point.column)} is known, "
            f"at stage {schema.point.stage}; columns that are filled in later must say so in available_at."
        )
    posthoc = [name for name in schema.availability if schema.is_post_hoc(name) and name not in schema.label.columns]
    marked = f"now {_list_names(posthoc)}" if posthoc else "only what the label is read from"
    yield f"available_at: {marked}. What else is filled in after the prediction point? Weights, costs, statuses?"
    columns = schema.table.columns
    personal = [name for name, column in columns.items() if column.is_personal]
    if personal:
        names = _list_names(personal, _MAX_LISTED_PII_COLUMNS)
        yield f"pii: considered personal data and dropped: {names}. Mark any other."
    else:
        yield "pii: no column is considered personal data; mark those that are."
    ignored = [name for name, role in schema.roles.items() if role.name == "ignored" and not columns[name].is_personal]
    if ignored:
        yield f"ignored: {_list_names(ignored)}."
    yield "units, ranges and costs: add what you know; money and units are never guessed."
    yield "actionable: add it to the columns that a planner can change before the delivery; a table does not say which."


def _label_check(schema: InferredSchema) -> str:
    label = schema.label
    if not label.columns:
        return "label: fill it in; training needs it."
    names = [one_line(name) for name in label.columns]
    if isinstance(label.definition, DatePair):
        return (
            f"label: late is {names[0]} after {names[1]}; is there a tolerance? For shipments that have not arrived, "
            f"`snapshot` says when the table was taken{': check it' if schema.snapshot.moment else ''}."
        )
    if isinstance(label.definition, DelayColumn):
        return f"label: late is a {names[0]} above the tolerance; which is it? When is it recorded (known_after)?"
    if isinstance(label.definition, LabelColumn) and label.definition.question:
        return f"label: {names[0]}: {label.definition.question}. When is it recorded (known_after)?"
    return f"label: is {' and '.join(names)} what you call late? When is it recorded (known_after)?"


def _list_names(names: Sequence[str], max_names: int = _MAX_LISTED_COLUMNS) -> str:
    return ", ".join(one_line(name, 30) for name in names[:max_names]) + " …" * (len(names) > max_names)

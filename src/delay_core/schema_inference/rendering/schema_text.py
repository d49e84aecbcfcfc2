"""The YAML of an inferred schema."""

from collections import Counter
from collections.abc import Iterator, Sequence

from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.schema_inference.detection.derived_features import has_time_of_day
from delay_core.schema_inference.detection.label_columns import DelayColumn, FlagPair, LabelColumn
from delay_core.schema_inference.detection.label_dates import DatePair
from delay_core.schema_inference.detection.suggestions import suggest_labels, suggest_times
from delay_core.schema_inference.inference import InferredSchema, infer
from delay_core.schema_inference.profiling.value_counts import format_share
from delay_core.schema_inference.rendering.column_entry import describe_column
from delay_core.schema_inference.rendering.review_notes import review_notes
from delay_core.schema_inference.rendering.yaml_emitter import (
    MAX_WIDTH,
    Line,
    align_comments,
    comment_lines,
    flow,
    mapping_lines,
    one_line,
    scalar,
)

_UNKNOWN_COLUMN = "???"
"""The name for a column that must be filled in; no table has a column of this name."""


def infer_schema(sample: Sample, name: str) -> str:
    """A schema as YAML for the table that the sample begins, with the evidence for each line as comments.

    `name` is the table's; the schema's name is made from it. If no label or no prediction point is detected, the
    column is `???` and a comment says what to fill in; everything else is accepted by `parse_schema`. Values of
    columns with personal data never appear. The same sample gives the same text.
    """
    schema = infer(sample)
    head = [*review_notes(schema, name), f"name: {_schema_name(name)}", "version: 1"]
    evidence = [line for text in sample.evidence for line in comment_lines(one_line(text, 300))]
    source = align_comments(list(_source(schema)))
    rows = align_comments([*_snapshot(schema), *_prediction_point(schema), *_label(schema), *_row_rules(schema)])
    features = align_comments([*_calendar(schema), *_derived(schema), *_split_dates(schema)])
    entries = [describe_column(column, schema) for column in schema.table.columns.values()]
    columns = align_comments([line for entry in entries for line in entry.lines()])
    return "\n".join([*head, "", *evidence, *source, "", *rows, *features, "", "columns:", *columns]) + "\n"


def _schema_name(name: str) -> str:
    identifier = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower()).strip("_")
    return identifier if identifier[:1].isalpha() else f"table_{identifier}".rstrip("_")


def _source(schema: InferredSchema) -> Iterator[Line]:
    source_format, table, default = schema.sample.form, schema.table, SourceFormat()
    is_text = all(column.values.is_text.all() for column in table.columns.values()) and source_format.sheet is None
    yield Line("source:")
    for key in ("delimiter", "encoding", "quote"):
        value = getattr(source_format, key)
        if value != getattr(default, key) or (is_text and key != "quote"):
            yield Line(f"  {key}: {scalar(value)}")
    if source_format.sheet is not None:
        yield Line(f"  sheet: {scalar(source_format.sheet)}")
    if source_format.header_row is not None:
        yield Line(f"  header_row: {source_format.header_row}", "the lines above it are not read")
    if table.date_formats:
        yield Line(f"  date_formats: {flow(list(table.date_formats))}", _date_format_notes(schema))
    yield Line("  timezone: UTC", _timezone_note(schema))
    if table.number_format.decimal != default.decimal:
        yield Line(f"  decimal: {scalar(table.number_format.decimal)}", "how its numbers are written")
    if table.number_format.thousands is not None:
        yield Line(f"  thousands: {scalar(table.number_format.thousands)}", "between groups of three digits")
    rows = Counter[str]()
    for column in table.columns.values():
        if not column.is_personal:
            rows.update(column.null_tokens)
    counts = ", ".join(f"{count:,} × {one_line(token) or 'empty'}" for token, count in sorted(rows.items()))
    yield Line(f"  null_tokens: {flow(list(table.null_tokens))}", counts)


def _date_format_notes(schema: InferredSchema) -> str:
    formats = schema.table.date_formats
    notes = ["tried in order"] if len(formats) > 1 else []
    notes += [f"{date_format}: {columns} column{'s' * (columns > 1)}" for date_format, columns in formats.items()]
    ambiguous = sorted(schema.table.ambiguous_formats)
    if ambiguous:
        notes.append(f"{' and '.join(ambiguous)}: no day is above 12, so day and month may be the other way round")
    numeric_formats = [date_format for date_format in formats if date_format.startswith(("%d", "%m"))]
    exchanged = {date_format: date_format.translate(str.maketrans("dm", "md")) for date_format in numeric_formats}
    both = [date_format for date_format, other in exchanged.items() if other in formats and other != date_format]
    if both:
        notes.append(
            f"{' and '.join(both)} contradict each other: days up to 12 are read by the first; rewrite one column"
        )
    return "; ".join(notes)


def _timezone_note(schema: InferredSchema) -> str:
    zoned = [dates.zoned for dates in schema.table.dates.values()]
    if zoned and all(zoned):
        return "all times name their zone"
    return "for times without a zone; Europe/Paris, say, where clocks are local"


def _snapshot(schema: InferredSchema) -> Iterator[Line]:
    if schema.snapshot.moment is not None:
        overdue = "; without an actual date by then, a shipment whose promise has passed is late"
        notes = schema.snapshot.evidence + (overdue if schema.label.actual is not None else "")
        yield Line(f"snapshot: {schema.snapshot.moment}", notes)
    elif schema.snapshot.evidence:
        yield from (Line(text) for text in comment_lines(f"snapshot: {schema.snapshot.evidence}"))


def _suggestions(texts: Sequence[str]) -> Iterator[Line]:
    """Comments with what may be filled in."""
    for text in texts:
        yield from (Line(line) for line in comment_lines(f"candidate: {one_line(text, 300)}", hang=2))


def _prediction_point(schema: InferredSchema) -> Iterator[Line]:
    point = schema.point
    if point.column is None:
        yield from _suggestions(suggest_times(schema.table))
        timestamps = ", ".join(one_line(name) for name in schema.table.dates) or "none"
        yield Line(
            f"prediction_point: {flow({'column': _UNKNOWN_COLUMN, 'stage': 'order'})}",
            f"fill in: {point.evidence}; timestamps: {timestamps}",
        )
        return
    alternatives = f"; or {', '.join(map(one_line, point.alternatives))}" if point.alternatives else ""
    keys = {"column": schema.schema_names[point.column], "stage": point.stage.value}
    yield Line(f"prediction_point: {flow(keys)}", point.evidence + alternatives)


def _label(schema: InferredSchema) -> Iterator[Line]:
    label = schema.label
    if not label.columns:
        yield from _suggestions(suggest_labels(schema.table))
        comment = f"fill in: {label.evidence[0]}; a column with late and on_time values, or actual and promised"
        yield Line(f"label: {flow({'column': _UNKNOWN_COLUMN})}", comment)
        return
    keys = _label_keys(schema)
    notes = [f"{format_share(label.late_rate)} late", *(one_line(text, 200) for text in label.evidence)]
    if "tolerance" in keys:
        notes.append("the promise is a day, which counts until its end: hence the tolerance")
    since = "the promise" if isinstance(label.definition, DatePair) else "the prediction point"
    yield Line(f"label: {flow(keys)}", "; ".join(notes))
    yield Line(f"# known_after: P3D belongs in it if an outcome is recorded only three days after {since}, say")


def _label_keys(schema: InferredSchema) -> dict[str, object]:
    """The keys of the label, by its definition."""
    names, definition = _schema_names(schema, schema.label.columns), schema.label.definition
    match definition:
        case LabelColumn():
            values = {"late": definition.late, "on_time": definition.on_time} if definition.late else {}
            return {"column": names[0], **values}
        case FlagPair():
            marks = {"late": [definition.late_mark], "on_time": [definition.on_time_mark]}
            is_one = {definition.late_mark, definition.on_time_mark} == {"1"}
            return {"late_column": names[0], "on_time_column": names[1], **({} if is_one else marks)}
        case DelayColumn():
            return {"delay": names[0], "unit": definition.unit}
    days = {"tolerance": "P1D"} if isinstance(definition, DatePair) and definition.whole_days else {}
    return {"actual": names[0], "promised": names[1], **days}


def _row_rules(schema: InferredSchema) -> Iterator[Line]:
    key, group = schema.key, schema.group
    if key.columns:
        notes = [key.evidence, *map(one_line, key.alternatives)]
        yield Line(f"key: {_name_or_list(_schema_names(schema, key.columns))}", "; ".join(notes))
    else:
        yield Line(f"# key: {key.evidence}; a row is identified by its content")
    if group.columns:
        notes = [group.evidence, *(one_line(text, 200) for text in group.alternatives)]
        yield Line(f"group: {_name_or_list(_schema_names(schema, group.columns))}", "; ".join(notes))
    if schema.exclusions:
        yield Line("exclude_where:")
    for exclusion in schema.exclusions:
        keys = {"column": schema.schema_names[exclusion.column], "equals": exclusion.equals}
        yield Line(f"  - {flow(keys)}", f"{exclusion.rows:,} rows")


def _calendar(schema: InferredSchema) -> Iterator[Line]:
    column = schema.point.column
    if column is not None:
        hour = ["hour"] if has_time_of_day(schema.table.columns[column]) else []
        yield Line("calendar:")
        yield Line(f"  - {flow({'column': schema.schema_names[column], 'parts': [*hour, 'weekday', 'month']})}")


def _derived(schema: InferredSchema) -> Iterator[Line]:
    if schema.features:
        yield Line("derived:")
    for feature in schema.features:
        function = {feature.function: _schema_names(schema, feature.columns)}
        line = f"  {scalar(feature.name)}: {flow(function)}"
        fits = len(line) <= MAX_WIDTH
        yield from [Line(line)] if fits else [Line(f"  {scalar(feature.name)}:"), *mapping_lines(function)]


def _split_dates(schema: InferredSchema) -> Iterator[Line]:
    if schema.split_dates:
        yield Line("split_dates:")
    for split in schema.split_dates:
        parts = dict(zip(split.parts, _schema_names(schema, tuple(split.parts.values())), strict=True))
        yield Line(f"  {scalar(split.name)}: {flow(parts)}", "the columns have one date together; check its parts")


def _schema_names(schema: InferredSchema, columns: tuple[str, ...]) -> list[str]:
    return [schema.schema_names[column] for column in columns]


def _name_or_list(names: list[str]) -> str:
    return scalar(names[0]) if len(names) == 1 else flow(names)

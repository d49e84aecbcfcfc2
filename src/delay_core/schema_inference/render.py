"""The findings as a schema's YAML, with the evidence as comments."""

from collections.abc import Iterator

from delay_core.schema_inference import derived
from delay_core.schema_inference.checklist import checklist
from delay_core.schema_inference.describe import describe
from delay_core.schema_inference.findings import Findings
from delay_core.schema_inference.layout import WIDTH, Line, comment, laid_out
from delay_core.schema_inference.render_columns import column_lines, keys_of
from delay_core.schema_inference.render_source import source_lines
from delay_core.schema_inference.yaml_text import flow, said, scalar, share

UNKNOWN = "???"
"""What stands where a column must be named and none was found; no table has a column of this name."""


def render(findings: Findings, name: str) -> str:
    """The whole draft."""
    head = [*checklist(findings, name), f"name: {_plain_name(name)}", "version: 1"]
    source = [
        *(line for text in findings.sample.evidence for line in comment(said(text, 300))),
        *source_lines(findings),
    ]
    middle = laid_out([*_point(findings), *_label(findings), *_rows(findings)])
    features = laid_out([*_calendar(findings), *_derived(findings)])
    entries = [describe(look, findings) for look in findings.table.looks.values()]
    columns = ["columns:", *laid_out([line for entry in entries for line in column_lines(entry)])]
    return "\n".join([*head, "", *source, "", *middle, *features, "", *columns]) + "\n"


def _plain_name(name: str) -> str:
    small = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower()).strip("_")
    return small if small[:1].isalpha() else f"table_{small}".rstrip("_")


def _named(findings: Findings, *columns: str) -> list[str]:
    return [findings.names[column] for column in columns]


def _point(findings: Findings) -> Iterator[Line]:
    point = findings.point
    if point.column is None:
        dates = ", ".join(said(name) for name in findings.table.timestamps) or "none"
        yield Line(
            f"prediction_point: {flow({'column': UNKNOWN, 'stage': 'order'})}",
            f"fill in: {point.evidence}; timestamps: {dates}",
        )
        return
    others = f"; or {', '.join(map(said, point.others))}" if point.others else ""
    keys = {"column": findings.names[point.column], "stage": point.stage.value}
    yield Line(f"prediction_point: {flow(keys)}", point.evidence + others)


def _label(findings: Findings) -> Iterator[Line]:
    label = findings.label
    if not label.columns:
        wanted = f"fill in: {label.evidence[0]}; a column with late and on_time values, or actual and promised"
        yield Line(f"label: {flow({'column': UNKNOWN})}", wanted)
        return
    keys: dict[str, object]
    if label.flag is not None:
        keys = {"column": findings.names[label.flag.column]}
        if label.flag.late:
            keys |= {"late": label.flag.late, "on_time": label.flag.on_time}
    else:
        keys = dict(zip(("actual", "promised"), _named(findings, *label.columns), strict=True))
    notes = [f"{share(label.late_rate)} late", *(said(text, 200) for text in label.evidence)]
    if label.whole_days:
        keys["tolerance"] = "P1D"
        notes.append("the promise is a day, which counts until its end: hence the tolerance")
    since = "the prediction point" if label.flag is not None else "the promise"
    yield Line(f"label: {flow(keys)}", "; ".join(notes))
    yield Line(f"# known_after: P3D belongs in it where an outcome is on record only three days after {since}, say")


def _rows(findings: Findings) -> Iterator[Line]:
    key, group = findings.key, findings.group
    if key.columns:
        yield Line(
            f"key: {_one_or_more(_named(findings, *key.columns))}", "; ".join([key.evidence, *map(said, key.others)])
        )
    else:
        yield Line(f"# key: {key.evidence}; a row is named by its content")
    if group.columns:
        notes = [group.evidence, *(said(text, 200) for text in group.others)]
        yield Line(f"group: {_one_or_more(_named(findings, *group.columns))}", "; ".join(notes))
    if findings.exclusions:
        yield Line("exclude_where:")
    for rule in findings.exclusions:
        keys = {"column": findings.names[rule.column], "equals": rule.equals}
        yield Line(f"  - {flow(keys)}", f"{rule.rows:,} rows")


def _one_or_more(names: list[str]) -> str:
    return scalar(names[0]) if len(names) == 1 else flow(names)


def _calendar(findings: Findings) -> Iterator[Line]:
    column = findings.point.column
    if column is not None:
        clock = derived.has_clock(findings.table.looks[column])
        parts = [*(["hour"] if clock else []), "weekday", "month"]
        yield Line("calendar:")
        yield Line(f"  - {flow({'column': findings.names[column], 'parts': parts})}")


def _derived(findings: Findings) -> Iterator[Line]:
    if findings.features:
        yield Line("derived:")
    for feature in findings.features:
        how = {feature.kind: _named(findings, *feature.columns)}
        whole = f"  {scalar(feature.name)}: {flow(how)}"
        yield from [Line(whole)] if len(whole) <= WIDTH else [Line(f"  {scalar(feature.name)}:"), *keys_of(how)]

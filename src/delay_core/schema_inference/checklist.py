"""The head of a draft: what it was made from, and what a person should check."""

from collections.abc import Iterator, Sequence

from delay_core.schema_inference.findings import Findings
from delay_core.schema_inference.layout import comment
from delay_core.schema_inference.yaml_text import said


def checklist(findings: Findings, name: str) -> list[str]:
    """The comment lines at the top."""
    table = findings.table
    looked = f"all {table.rows:,} rows" if findings.sample.whole else f"its first {table.rows:,} rows"
    unreadable = f", {table.unreadable:,} more cannot be cut into columns" if table.unreadable else ""
    lines = comment(f"Draft of a schema for {said(name)!r}, made by looking at {looked}{unreadable}.")
    lines += comment("Each finding has its evidence beside it, and may be wrong. Check:")
    for number, point in enumerate(_points(findings), 1):
        lines += comment(f"{number}. {point}", hang=3)
    return lines


def _points(findings: Findings) -> Iterator[str]:
    label, point = findings.label, findings.point
    if not label.columns:
        yield "label: fill it in; nothing runs before."
    elif label.flag is not None:
        yield f"label: is {said(label.flag.column)} what you call late? When is it on record (known_after)?"
    else:
        yield (
            f"label: late is {said(str(label.actual))} after {said(str(label.promised))}; is there a tolerance? "
            "For shipments that have not arrived, say in `snapshot` when the table was taken."
        )
    if point.column is None:
        yield "prediction_point: fill in the timestamp at which you ask for a prediction, and its stage."
    else:
        yield (
            f"prediction_point: you ask when {said(point.column)} is known, at stage {point.stage}; "
            "everything written later must say so in available_at."
        )
    looks = findings.table.looks
    known = [name for name in findings.known if findings.late_known(name) and name not in label.columns]
    marked = f"now {_some(known)}" if known else "only what the label is read from"
    yield f"available_at: {marked}. What else is filled in after the prediction point? Weights, costs, statuses?"
    personal = _some([name for name, look in looks.items() if look.personal], most=20)
    if personal:
        yield f"pii: taken for personal data and dropped: {personal}. Mark any other."
    else:
        yield "pii: no column is taken for personal data; mark those that are."
    ignored = _some([n for n, role in findings.roles.items() if role.name == "ignored" and not looks[n].personal])
    if ignored:
        yield f"ignored: {ignored}."
    yield "units, ranges and costs: add what you know; money and units are never guessed."


def _some(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(said(name, 30) for name in names[:most]) + " …" * (len(names) > most)

"""How the table's files are written, as lines of a draft."""

from collections import Counter

from delay_core.schema import SourceFormat
from delay_core.schema_inference.findings import Findings
from delay_core.schema_inference.layout import Line, laid_out
from delay_core.schema_inference.yaml_text import flow, said, scalar


def source_lines(findings: Findings) -> list[str]:
    """The `source` part."""
    form, table = findings.sample.form, findings.table
    lines = [Line("source:")]
    default = SourceFormat()
    as_text = all(look.profile.is_text.all() for look in table.looks.values()) and form.sheet is None
    for key in ("delimiter", "encoding", "quote"):
        value = getattr(form, key)
        if value != getattr(default, key) or (as_text and key != "quote"):
            lines.append(Line(f"  {key}: {scalar(value)}"))
    if form.sheet is not None:
        lines.append(Line(f"  sheet: {scalar(form.sheet)}"))
    if table.date_formats:
        lines.append(Line(f"  date_formats: {flow(list(table.date_formats))}", _of_dates(findings)))
    lines.append(Line("  timezone: UTC", _of_zone(findings)))
    if table.style.decimal != default.decimal:
        lines.append(Line(f"  decimal: {scalar(table.style.decimal)}", "as its numbers are written"))
    if table.style.thousands is not None:
        lines.append(Line(f"  thousands: {scalar(table.style.thousands)}", "between groups of three digits"))
    lines.append(Line(f"  null_tokens: {flow(list(table.null_tokens))}", _of_tokens(findings)))
    return laid_out(lines)


def _of_dates(findings: Findings) -> str:
    formats = findings.table.date_formats
    notes = ["tried in order"] if len(formats) > 1 else []
    notes += [f"{form}: {columns} column{'s' * (columns > 1)}" for form, columns in formats.items()]
    unsure = sorted(findings.table.unsure)
    if unsure:
        notes.append(f"{' and '.join(unsure)}: no day is above 12, so day and month may be the other way round")
    swapped = {form: form.translate(str.maketrans("dm", "md")) for form in formats if form.startswith(("%d", "%m"))}
    both = [form for form, twin in swapped.items() if twin in formats and twin != form]
    if both:
        notes.append(
            f"{' and '.join(both)} contradict each other: days up to 12 are read by the first; rewrite one column"
        )
    return "; ".join(notes)


def _of_zone(findings: Findings) -> str:
    zoned = [dates.zoned for dates in findings.table.timestamps.values()]
    if zoned and all(zoned):
        return "all times name their zone"
    return "for times without a zone; Europe/Paris, say, where clocks are local"


def _of_tokens(findings: Findings) -> str:
    rows = Counter[str]()
    for look in findings.table.looks.values():
        if not look.personal:
            rows.update(look.null_tokens)
    return ", ".join(f"{count:,} × {said(token) or 'empty'}" for token, count in sorted(rows.items()))

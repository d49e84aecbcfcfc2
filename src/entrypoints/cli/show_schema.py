"""Schemas and their checks as text that people read."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.reports import SchemaCheck
from delay_core.schema import ShipmentSchema
from delay_core.schema.fields import FieldStatus, request_fields
from entrypoints.cli.screen import console, line


def request(schema: ShipmentSchema) -> None:
    """The fields of a request."""
    table = _table(
        f"{schema.name} version {schema.version} ({schema.digest[:12]}): what a request holds",
        ("field", "type", "required", "allowed", "use"),
    )
    for field in request_fields(schema):
        cells = (field.name, field.type, "yes" if field.required else "", field.allowed, field.use)
        table.add_row(*map(escape, cells), style="dim" if field.status is FieldStatus.IGNORED else None)
    console().print(table)
    personal = [name for name, column in schema.columns.items() if column.pii]
    if personal:
        line(f"Personal data is never sent: {', '.join(personal)}")


def checked(report: SchemaCheck) -> None:
    """Rows, columns, parts; then what stands in the way."""
    rows = report.rows
    line(
        f"{rows.read:,} rows read = {rows.accepted:,} accepted + {rows.quarantined:,} quarantined + {rows.excluded:,} "
        f"excluded   (late {report.late:,}, on time {report.on_time:,}, still open {report.open:,})"
    )
    if report.problems:
        table = _table("Would be quarantined", ("rule", "rows", "first row", "told"))
        for problem in report.problems:
            table.add_row(escape(problem.rule), f"{problem.rows:,}", f"{problem.source_row:,}", escape(problem.example))
        console().print(table)
    table = _table("Columns", ("column", "in the file", "use", "missing"))
    for column in report.columns:
        found = {None: "no", column.name: "yes"}.get(column.found, f"as {column.found}")
        share = f"{column.missing / rows.accepted:.1%}" if column.missing and rows.accepted else ""
        told = report.refused.get(column.name)
        use = f"refused: {told}" if told else column.use
        table.add_row(escape(column.name), escape(found), escape(use), share, style="dim" if told else None)
    console().print(table)
    if report.foreign:
        line(f"In the file, not in the schema, and never read: {', '.join(report.foreign)}")
    for said in report.advice:
        console().print(f"[yellow]Consider[/]  {escape(said)}", soft_wrap=True)
    if report.refusal is not None:
        console().print(f"[red]Cannot train[/]  {escape(report.refusal)}", soft_wrap=True)
    else:
        parts = ", ".join(f"{name} {count:,}" for name, count in report.parts.items())
        console().print(f"[green]Ready to train[/]  {escape(parts)} rows")


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for head in heads:
        table.add_column(head, justify="right" if head in ("rows", "first row", "missing") else "left")
    return table

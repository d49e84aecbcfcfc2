"""Schemas, and what they make of a table."""

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from delay_core.left_out import describe_left_out
from delay_core.reports import ColumnCheck, SchemaCheck
from delay_core.schema import ShipmentSchema
from delay_core.schema.fields import FieldStatus, request_fields
from entrypoints.cli.console import console, print_line
from entrypoints.cli.views.joins import describe_joins


def show_request(schema: ShipmentSchema) -> None:
    """The fields of a request."""
    table = _table(
        f"{schema.name} version {schema.version} ({schema.digest[:12]}): fields of a request",
        ("field", "type", "required", "allowed", "use"),
    )
    for field in request_fields(schema):
        cells = (field.name, field.type, "yes" if field.required else "", field.allowed, field.use)
        table.add_row(*map(escape, cells), style="dim" if field.status is FieldStatus.IGNORED else None)
    console().print(table)
    personal = [name for name, column in schema.columns.items() if column.pii]
    if personal:
        print_line(f"Personal data is never sent: {', '.join(personal)}")


def show_check(report: SchemaCheck) -> None:
    """Rows, columns and splits; then whether the table can be trained on."""
    rows = report.rows
    print_line(
        f"{rows.read:,} rows read = {rows.accepted:,} accepted + {rows.quarantined:,} quarantined + {rows.excluded:,} "
        f"excluded   (late {report.late:,}, on time {report.on_time:,}, still open {report.open:,})"
    )
    for line in describe_joins(report.joins):
        print_line(line)
    if report.problems:
        table = _table("Would be quarantined", ("rule", "rows", "first row", "message"))
        for problem in report.problems:
            table.add_row(escape(problem.rule), f"{problem.rows:,}", f"{problem.source_row:,}", escape(problem.example))
        console().print(table)
    table = _table("Columns", ("column", "in the file", "use", "missing"))
    for column in report.columns:
        refusal = report.refused.get(column.name)
        use = f"refused: {refusal}" if refusal else column.use
        share = f"{column.missing / rows.accepted:.1%}" if column.missing and rows.accepted else ""
        cells = (column.name, _name_in_file(column), use)
        table.add_row(*map(escape, cells), share, style="dim" if refusal else None)
    console().print(table)
    if report.foreign:
        print_line(f"In the file, not in the schema, and never read: {', '.join(report.foreign)}")
    for line in _remarks(report):
        print_line(line)
    for advice in report.advice:
        console().print(f"[yellow]Consider[/]  {escape(advice)}", soft_wrap=True)
    if report.refusal is not None:
        console().print(f"[red]Cannot train[/]  {escape(report.refusal)}", soft_wrap=True)
    else:
        splits = ", ".join(f"{name} {count:,}" for name, count in report.parts.items())
        console().print(f"[green]Ready to train[/]  {escape(splits)} rows")


def _remarks(report: SchemaCheck) -> Iterator[str]:
    """What the source leaves out, rows in no split, and equal columns."""
    yield from (f"Note: {note}" for note in report.notes)
    yield from (f"In no split: {phrase}" for phrase in describe_left_out(report.left_out))
    yield from (f"Equal in all rows: {', '.join(names)}" for names in report.equal_columns)


def _name_in_file(column: ColumnCheck) -> str:
    if column.file_column is None:
        return "no"
    return "yes" if column.file_column == column.name else f"as {column.file_column}"


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for head in heads:
        table.add_column(head, justify="right" if head in ("rows", "first row", "missing") else "left")
    return table

"""Predictions as a table."""

from rich.markup import escape
from rich.table import Table

from delay_core.ports.model_catalog import ModelVersion
from delay_core.reports import PredictReport, RankedShipment, UnseenCategories
from delay_core.violations import format_value
from entrypoints.cli.console import console, print_line
from entrypoints.cli.views.joins import describe_joins

MAX_REASONS = 2


def show_predictions(report: PredictReport, version: ModelVersion) -> None:
    """The shipments most likely to be late, the reasons, and what deciding by the predictions is expected to save."""
    if not report.top:
        print_line("No open shipments in this table: every accepted row has its outcome")
        return
    table = Table(
        title=f"Most likely to be late, of {report.rows.accepted:,} ({version.name} version {version.version})",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("shipment", overflow="fold")
    table.add_column("row", justify="right")
    table.add_column("predicted at (UTC)")
    table.add_column("probability", justify="right")
    table.add_column("label set", no_wrap=True)
    table.add_column("reasons, in percentage points")
    for shipment in report.top:
        table.add_row(*_cells(shipment))
    console().print(table)
    unit = report.currency or "times the cost of a needless action (the schema names no costs)"
    print_line(
        f"Acting pays from {report.act_above:.1%} on: for {report.to_act_on:,} of them, "
        f"which is expected to save {report.expected_saving:,.2f} {unit}"
    )
    for note in report.notes:
        print_line(f"Note: {note}")
    for line in describe_joins(report.joins):
        print_line(line)
    for unseen in report.unseen:
        print_line(_describe_unseen(unseen, report.rows.accepted))
    if report.rows.quarantined:
        print_line(f"{report.rows.quarantined:,} rows could not be predicted: they are quarantined with their reasons")


def _describe_unseen(unseen: UnseenCategories, rows: int) -> str:
    examples = ", ".join(format_value(example) for example in unseen.examples)
    return (
        f"{unseen.column}: in {unseen.rows:,} of {rows:,} rows the value is not in the training data ({examples}). "
        "The model treats all such values alike: check how they are written, or train with them"
    )


def _cells(shipment: RankedShipment) -> tuple[str, ...]:
    return (
        escape(shipment.shipment_id),
        f"{shipment.source_row:,}",
        "" if shipment.point is None else f"{shipment.point:%Y-%m-%d %H:%M}",
        f"{shipment.probability:.1%}",
        f"{shipment.label_set}{', act' if shipment.act else ''}",
        "\n".join(escape(reason) for reason in shipment.reasons[:MAX_REASONS]),
    )

"""Predictions as text that people read."""

from rich.markup import escape
from rich.table import Table

from delay_core.ports.model_catalog import ModelVersion
from delay_core.reports import PredictReport, RankedShipment
from entrypoints.cli.screen import console, line

REASONS = 2
"""So many reasons stand in a row."""


def predicted(report: PredictReport, version: ModelVersion) -> None:
    """The shipments most likely to be late, why, and what deciding by the predictions is worth."""
    if not report.top:
        line("No open shipments in this table: every accepted row has its outcome")
        return
    table = Table(
        title=f"Most likely to be late, of {report.rows.accepted:,} ({version.name} version {version.version})",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("shipment", overflow="fold")
    table.add_column("row", justify="right")
    table.add_column("predicted at (UTC)")
    table.add_column("late with", justify="right")
    table.add_column("says", no_wrap=True)
    table.add_column("why, in percentage points")
    for row in report.top:
        table.add_row(*_cells(row))
    console().print(table)
    unit = report.currency or "times the cost of a needless action (the schema names no costs)"
    line(
        f"Acting pays from {report.act_above:.1%} on: for {report.to_act_on:,} of them, "
        f"which is expected to save {report.expected_saving:,.2f} {unit}"
    )
    if report.rows.quarantined:
        line(f"{report.rows.quarantined:,} rows could not be predicted: they are quarantined with their reasons")


def _cells(row: RankedShipment) -> tuple[str, ...]:
    why = "\n".join(escape(reason) for reason in row.reasons[:REASONS])
    point = f"{row.point:%Y-%m-%d %H:%M}"
    says = f"{row.label_set}{', act' if row.act else ''}"
    return escape(row.shipment_id), f"{row.source_row:,}", point, f"{row.probability:.1%}", says, why

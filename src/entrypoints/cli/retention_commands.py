"""Deletion of records: of one shipment, or by age."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container


@app.command()
def erase(
    shipment_id: Annotated[str, typer.Argument(help="The shipment whose records are deleted.")], json: Json = False
) -> None:
    """Delete all records of a shipment.

    Its predictions, its outcomes, and the actions on it.

    Connects to DELAY_OPERATOR_DB if that is set: services may not delete.
    """
    with open_container() as container:
        report = container.use_cases.erase_shipment()(shipment_id)
    if json:
        emit(asdict(report))
    else:
        console.print_line(
            f"Erased {report.predictions:,} predictions, {report.outcomes:,} outcomes and {report.actions:,} actions "
            f"of {shipment_id}"
        )


@app.command()
def prune(
    keep_days: Annotated[int, typer.Option(min=1, help="Keep predictions, outcomes and actions of this many days.")],
    json: Json = False,
) -> None:
    """Delete predictions, outcomes and actions that are older than the days to keep.

    Responses under idempotency keys are deleted when they are older than DELAY_IDEMPOTENCY_HOURS (72).

    Connects to DELAY_OPERATOR_DB if that is set: services may not delete.
    """
    with open_container() as container:
        report = container.use_cases.apply_retention()(timedelta(days=keep_days), datetime.now(UTC))
    if json:
        emit({**asdict(report), "moment": report.moment.isoformat()})
    else:
        console.print_line(
            f"Deleted {report.predictions:,} predictions, {report.outcomes:,} outcomes and {report.actions:,} actions "
            f"from before {report.moment:%Y-%m-%d %H:%M} UTC, and {report.answers:,} responses under idempotency keys"
        )


@app.command(hidden=True)
def retain(days: Annotated[int, typer.Option(min=1)], json: Json = False) -> None:
    """Former name of prune."""
    prune(days, json)

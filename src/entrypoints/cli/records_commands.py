"""What is kept of shipments: erased for one of them, or deleted when it is old."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.wiring import wired


@app.command()
def erase(
    shipment_id: Annotated[str, typer.Argument(help="The shipment whose records go away.")], json: Json = False
) -> None:
    """Erase everything that the logs hold about a shipment.

    Its predictions and its outcomes. Connects to DELAY_OPERATOR_DB where that is set: services may not delete.
    """
    with wired() as container:
        erased = container.use_cases.erase_shipment()(shipment_id)
    if json:
        emit(asdict(erased))
    else:
        screen.line(f"Erased {erased.predictions:,} predictions and {erased.outcomes:,} outcomes of {shipment_id}")


@app.command()
def retain(
    days: Annotated[int, typer.Option(min=1, help="Keep predictions and outcomes for so many days.")],
    json: Json = False,
) -> None:
    """Delete predictions and outcomes that are older than the days to keep.

    Connects to DELAY_OPERATOR_DB where that is set: services may not delete.
    """
    with wired() as container:
        dropped = container.use_cases.apply_retention()(timedelta(days=days), datetime.now(UTC))
    if json:
        emit({**asdict(dropped), "moment": dropped.moment.isoformat()})
    else:
        screen.line(
            f"Deleted {dropped.predictions:,} predictions and {dropped.outcomes:,} outcomes from before "
            f"{dropped.moment:%Y-%m-%d %H:%M} UTC"
        )

"""Predictions joined to the outcomes that hold now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, select

from adapters.sql.database import Database
from adapters.sql.keyset import Position, c, newer_than
from adapters.sql.serving_tables import outcomes
from delay_core.ports.outcome_log import PredictionWithOutcome

BATCH = 2000
"""Predictions looked at for one batch."""

HOLDS = (outcomes.c.recorded_at, outcomes.c.known_at, outcomes.c.late, outcomes.c.source)
"""In this order, the last record of a shipment is the one that holds."""


def joined(
    database: Database, since: datetime, until: datetime, model_name: str | None
) -> Iterator[Sequence[PredictionWithOutcome]]:
    """Batches of predictions whose outcome is known, oldest first; each is a statement of its own."""
    columns = (c.timestamp, c.id, c.shipment_id, c.model_name, c.model_version, c.probability, c.prediction)
    wanted = (
        select(*columns).where(c.timestamp < until, c.shipment_id.is_not(None)).order_by(c.timestamp, c.id).limit(BATCH)
    )
    if model_name is not None:
        wanted = wanted.where(c.model_name == model_name)
    batch = wanted.where(c.timestamp >= since)
    while True:
        with database.reading("join predictions to outcomes") as connection:
            holding = {_position(row): row for row in connection.execute(_with_records(batch)).mappings()}
        known = [_prediction(row) for row in holding.values() if row["late"] is not None]
        if known:
            yield known
        if len(holding) < BATCH:
            return
        batch = wanted.where(newer_than(next(reversed(holding))))


def _with_records(batch: Select[tuple[datetime]]) -> Select[tuple[datetime]]:
    """Every prediction of the batch beside each record of its shipment, or none, the one that holds last."""
    looked_at = batch.subquery()
    return (
        select(looked_at, outcomes.c.late, outcomes.c.known_at)
        .outerjoin_from(looked_at, outcomes, outcomes.c.shipment_id == looked_at.c.shipment_id)
        .order_by(looked_at.c.timestamp, looked_at.c.id, *HOLDS)
    )


def _position(row: RowMapping) -> Position:
    return row["timestamp"], row["id"]


def _prediction(row: RowMapping) -> PredictionWithOutcome:
    decision = row["prediction"]
    return PredictionWithOutcome(
        prediction_id=row["id"],
        shipment_id=row["shipment_id"],
        predicted_at=row["timestamp"],
        model_name=row["model_name"],
        model_version=row["model_version"],
        probability=row["probability"],
        decided_late=None if decision is None else bool(decision),
        was_late=row["late"],
        known_at=row["known_at"],
    )

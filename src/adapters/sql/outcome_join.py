"""Predictions joined to the current outcomes of their shipments."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select

from adapters.sql.database import Database
from adapters.sql.keyset_pagination import Position, after_position
from adapters.sql.serving_tables import outcomes, serving_logs
from delay_core.ports.outcome_log import PredictionWithOutcome

BATCH_ROWS = 2000
"""Predictions read for one batch."""

RECORD_ORDER = (outcomes.c.recorded_at, outcomes.c.known_at, outcomes.c.late, outcomes.c.source)
"""In this order, the last record of a shipment is the current one."""


def join_outcomes(
    database: Database, since: datetime, until: datetime, model_name: str | None
) -> Iterator[Sequence[PredictionWithOutcome]]:
    """Batches of predictions with a known outcome, oldest first; one statement per batch."""
    logs = serving_logs.c
    query = (
        select(
            logs.timestamp,
            logs.id,
            logs.shipment_id,
            logs.model_name,
            logs.model_version,
            logs.probability,
            logs.prediction,
        )
        .where(logs.timestamp < until, logs.shipment_id.is_not(None))
        .order_by(logs.timestamp, logs.id)
        .limit(BATCH_ROWS)
    )
    if model_name is not None:
        query = query.where(logs.model_name == model_name)
    batch = query.where(logs.timestamp >= since)
    while True:
        with database.connect("join predictions to outcomes") as connection:
            rows = connection.execute(_with_records(batch)).mappings().all()
        # Rows of one prediction come in the order of its records: the current one is written last.
        current = {_position(row): row for row in rows}
        known = [_to_prediction(row) for row in current.values() if row["late"] is not None]
        if known:
            yield known
        if len(current) < BATCH_ROWS:
            return
        batch = query.where(after_position(next(reversed(current))))


def _with_records(batch: Select[Any]) -> Select[Any]:
    """Each prediction of the batch beside each record of its shipment, or beside none."""
    predictions = batch.subquery()
    return (
        select(predictions, outcomes.c.late, outcomes.c.known_at)
        .outerjoin_from(predictions, outcomes, outcomes.c.shipment_id == predictions.c.shipment_id)
        .order_by(predictions.c.timestamp, predictions.c.id, *RECORD_ORDER)
    )


def _position(row: RowMapping) -> Position:
    return row["timestamp"], row["id"]


def _to_prediction(row: RowMapping) -> PredictionWithOutcome:
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

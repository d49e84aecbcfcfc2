"""Inserting predictions and adding to their daily counts, within a transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from adapters.sql import daily_counts, erasures
from adapters.sql.postgresql.batch_writer import write_batch
from adapters.sql.prediction_rows import to_row
from adapters.sql.serving_tables import serving_logs, superseded_predictions
from delay_core.ports.prediction_log import LoggedPrediction

if TYPE_CHECKING:
    from adapters.sql.postgresql.deadline_connection import DeadlineConnection

_KEY = (serving_logs.c.timestamp, serving_logs.c.id)


def insert_all(connection: Connection, predictions: Sequence[LoggedPrediction], slot: int) -> None:
    """Insert predictions that are all new, which is nearly always the case, the fastest way the database has.

    Raises IntegrityError if one exists already, or a shipment was erased since the oldest one; the transaction has to
    be rolled back then.
    """
    if not predictions:
        return
    counts = daily_counts.aggregate_by_day(predictions)
    if connection.dialect.name == "sqlite":
        if erasures.read_since(connection, oldest_of(predictions)):
            raise IntegrityError("erasures", None, ValueError("a shipment was erased"))
        connection.execute(sa.insert(serving_logs), [to_row(prediction) for prediction in predictions])
        daily_counts.upsert(connection, counts, slot)
    else:
        driver = cast("DeadlineConnection", connection.connection.driver_connection)
        write_batch(driver, predictions, counts, slot)


def oldest_of(predictions: Iterable[LoggedPrediction]) -> datetime:
    """The time of the oldest of these predictions."""
    return min(prediction.predicted_at for prediction in predictions)


def insert_missing(connection: Connection, predictions: Sequence[LoggedPrediction], slot: int) -> None:
    """Insert the predictions that do not exist yet."""
    if not predictions:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    unique = {(prediction.predicted_at, prediction.prediction_id): prediction for prediction in reversed(predictions)}
    inserted = connection.execute(
        insert(serving_logs).on_conflict_do_nothing(index_elements=_KEY).returning(*_KEY),
        [to_row(prediction) for prediction in unique.values()],
    )
    new = [unique[predicted_at, prediction_id] for predicted_at, prediction_id in inserted]
    daily_counts.upsert(connection, daily_counts.aggregate_by_day(new), slot)


def insert_superseded(connection: Connection, predictions: Sequence[LoggedPrediction]) -> None:
    """Insert the predictions that do not exist yet and whose shipments are not erased; they are not counted."""
    erased = erasures.lock_and_read(connection, [superseded_predictions], oldest_of(predictions))
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {**to_row(prediction), "superseded_by": prediction.superseded_by}
        for prediction in predictions
        if not erased.cover(prediction.shipment_id, prediction.predicted_at)
    ]
    if rows:
        connection.execute(insert(superseded_predictions).on_conflict_do_nothing(), rows)

"""Inserting predictions and adding to their daily counts, within a transaction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql import daily_counts
from adapters.sql.postgresql.batch_writer import write_batch
from adapters.sql.prediction_rows import to_row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_log import LoggedPrediction

if TYPE_CHECKING:
    from adapters.sql.postgresql.deadline_connection import DeadlineConnection

_KEY = (serving_logs.c.timestamp, serving_logs.c.id)


def insert_all(connection: Connection, predictions: Sequence[LoggedPrediction], slot: int) -> None:
    """Insert predictions that are all new, which is nearly always the case, the fastest way the database has.

    Raises IntegrityError if one exists already; the transaction has to be rolled back then.
    """
    if not predictions:
        return
    counts = daily_counts.aggregate_by_day(predictions)
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(serving_logs), [to_row(prediction) for prediction in predictions])
        daily_counts.upsert(connection, counts, slot)
    else:
        driver = cast("DeadlineConnection", connection.connection.driver_connection)
        write_batch(driver, predictions, counts, slot)


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

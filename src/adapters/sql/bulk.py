"""Adding many predictions at once: as fast as the database can where all are new, which is nearly always."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql import daily_counts
from adapters.sql.copying import count_and_copy
from adapters.sql.prediction_rows import row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_log import LoggedPrediction

if TYPE_CHECKING:
    import psycopg

_KEY = (serving_logs.c.timestamp, serving_logs.c.id)


def add_new(connection: Connection, predictions: Sequence[LoggedPrediction], slot: int) -> None:
    """Add and count them. Raises IntegrityError where one is there already; the transaction is then of no more use."""
    counts = daily_counts.counted(predictions)
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(serving_logs), [row(prediction) for prediction in predictions])
        daily_counts.add(connection, counts, slot)
    else:
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        count_and_copy(driver, predictions, counts, slot)


def add_unknown(connection: Connection, predictions: Sequence[LoggedPrediction], slot: int) -> None:
    """Add and count those that are not there yet."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    unique = {(prediction.predicted_at, prediction.prediction_id): prediction for prediction in reversed(predictions)}
    added = connection.execute(
        insert(serving_logs).on_conflict_do_nothing(index_elements=_KEY).returning(*_KEY),
        [row(prediction) for prediction in unique.values()],
    )
    new = [unique[moment, prediction_id] for moment, prediction_id in added]
    daily_counts.add(connection, daily_counts.counted(new), slot)

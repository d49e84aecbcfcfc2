"""Adding many predictions at once: as fast as the database can where all are new, which is nearly always."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from adapters.postgres.copied import COPIED, line
from adapters.postgres.prediction_rows import row
from adapters.postgres.serving_tables import serving_logs
from delay_core.ports.prediction_log import LoggedPrediction

_KEY = (serving_logs.c.timestamp, serving_logs.c.id)
_LINES = 250  # written at a time: the server works on some while we make the next
_COPY = f"COPY serving_logs ({', '.join(COPIED)}) FROM STDIN"


def add_new(connection: Connection, predictions: Sequence[LoggedPrediction]) -> None:
    """Add them all. Raises IntegrityError where one is there already; the transaction is then good for nothing."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(serving_logs), [row(prediction) for prediction in predictions])
    else:
        _copy(connection, predictions)


def add_unknown(connection: Connection, predictions: Sequence[LoggedPrediction]) -> list[LoggedPrediction]:
    """Add those that are not there yet, and return them."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    unique = {(prediction.predicted_at, prediction.prediction_id): prediction for prediction in reversed(predictions)}
    added = connection.execute(
        insert(serving_logs).on_conflict_do_nothing(index_elements=_KEY).returning(*_KEY),
        [row(prediction) for prediction in unique.values()],
    )
    return [unique[moment, prediction_id] for moment, prediction_id in added]


def _copy(connection: Connection, predictions: Sequence[LoggedPrediction]) -> None:
    import psycopg  # noqa: PLC0415 - SQLite's users are spared it

    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for start in range(0, len(predictions), _LINES):
                copy.write("".join(map(line, predictions[start : start + _LINES])))
    except psycopg.errors.UniqueViolation as error:
        raise IntegrityError(_COPY, None, error) from error
    except psycopg.Error as error:
        raise OperationalError(_COPY, None, error) from error

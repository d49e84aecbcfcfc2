"""Reading the predictions of a window in batches: all of them, or a sample chosen by the bits of their ids.

Each batch is a statement of its own: no transaction stays open, however long the caller takes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, LargeBinary, String, and_, func, select, type_coerce

from adapters.sql.database import Database
from adapters.sql.keyset_pagination import after_position
from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_log import LoggedPrediction

WINDOW_BATCH_ROWS = 2000
"""Predictions per batch of a window."""

_TIME, _ID = "chosen_timestamp", "chosen_id"
_logs = serving_logs.c


def count_by_version(database: Database, since: datetime, until: datetime, model_name: str) -> dict[int, int]:
    """The number of predictions of each version of the model; an index has the answer."""
    query = (
        select(_logs.model_version, func.count().label("rows"))
        .where(_logs.model_name == model_name, _logs.timestamp >= since, _logs.timestamp < until)
        .group_by(_logs.model_version)
    )
    with database.connect("count the predictions of a window") as connection:
        return {row.model_version: row.rows for row in connection.execute(query)}


def read_all(
    database: Database, since: datetime, until: datetime, *conditions: ColumnElement[bool]
) -> Iterator[Sequence[LoggedPrediction]]:
    """All predictions that meet the conditions, oldest first."""
    ordered = select(serving_logs).order_by(_logs.timestamp, _logs.id).limit(WINDOW_BATCH_ROWS)
    query = ordered.where(_logs.timestamp < until, *conditions)
    next_batch = query.where(_logs.timestamp >= since)
    while True:
        with database.connect("read a window of predictions") as connection:
            batch = [from_row(row) for row in connection.execute(next_batch).mappings().all()]
        if batch:
            yield batch
        if len(batch) < WINDOW_BATCH_ROWS:
            return
        next_batch = query.where(after_position((batch[-1].predicted_at, batch[-1].prediction_id)))


def read_sample(
    database: Database, since: datetime, until: datetime, limit: int, *conditions: ColumnElement[bool]
) -> Iterator[Sequence[LoggedPrediction]]:
    """Predictions of which the last 64 bits of the id are below the limit, oldest first.

    The rows of a batch are chosen in the index of times and ids, before any row is read. LIMIT also keeps PostgreSQL
    from joining by a scan of the whole window.
    """
    keys = select(_logs.timestamp, _logs.id).order_by(_logs.timestamp, _logs.id).limit(WINDOW_BATCH_ROWS)
    position = _logs.timestamp >= since
    while True:
        with database.connect("read a sample of predictions") as connection:
            chosen = keys.where(position, _logs.timestamp < until, is_below(connection, limit)).subquery()
            same_row = and_(_logs.timestamp == chosen.c.timestamp, _logs.id == chosen.c.id)
            query = (
                select(serving_logs, chosen.c.timestamp.label(_TIME), chosen.c.id.label(_ID))
                .outerjoin_from(chosen, serving_logs, and_(same_row, position, _logs.timestamp < until, *conditions))
                .order_by(chosen.c.timestamp, chosen.c.id)
            )
            rows = connection.execute(query).mappings().all()
        batch = [from_row(row) for row in rows if row[_logs.id] is not None]
        if batch:
            yield batch
        if len(rows) < WINDOW_BATCH_ROWS:
            return
        position = after_position((rows[-1][_TIME], rows[-1][_ID]))


def is_below(connection: Connection, limit: int) -> ColumnElement[bool]:
    """Whether the last 64 bits of the id are below the limit."""
    if connection.dialect.name == "postgresql":
        return func.substring(func.uuid_send(_logs.id, type_=LargeBinary), 9) < limit.to_bytes(8)
    return func.substr(type_coerce(_logs.id, String), 17) < f"{limit:016x}"

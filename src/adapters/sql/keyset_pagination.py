"""Reading `serving_logs` in order, page by page: each page starts after the last row of the page before.

Rows that are added between two pages do not shift them.
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select

from adapters.sql.prediction_rows import from_row
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_reader import MAX_PAGE_ROWS, PredictionFilter, PredictionPage

Position = tuple[datetime, UUID]
"""A row's time and, among rows of the same time, its id."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?\d{1,18})\.([0-9a-f]{32})", re.ASCII)
_logs = serving_logs.c

# Row comparisons such as (timestamp, id) > (x, y) would be shorter, but PostgreSQL does not prune partitions by them.


def after_position(position: Position) -> ColumnElement[bool]:
    """Rows later than the position."""
    timestamp, prediction_id = position
    return and_(_logs.timestamp >= timestamp, or_(_logs.timestamp > timestamp, _logs.id > prediction_id))


def before_position(
    position: Position, time: Column[datetime] = _logs.timestamp, identity: Column[UUID] = _logs.id
) -> ColumnElement[bool]:
    """Rows earlier than the position."""
    moment, row_id = position
    return and_(time <= moment, or_(time < moment, identity < row_id))


def read_page(
    connection: Connection, conditions: PredictionFilter, limit: int, position: Position | None
) -> PredictionPage:
    """At most `limit` predictions earlier than the position, newest first."""
    query = (
        select(serving_logs)
        .where(*_where(conditions))
        .order_by(_logs.timestamp.desc(), _logs.id.desc())
        .limit(limit + 1)
    )
    if position is not None:
        query = query.where(before_position(position))
    rows = [from_row(row) for row in connection.execute(query).mappings().all()]
    last = (rows[limit - 1].predicted_at, rows[limit - 1].prediction_id) if len(rows) > limit else None
    return PredictionPage(tuple(rows[:limit]), last and format_cursor(last))


def parse_cursor(limit: int, cursor: str | None, max_rows: int = MAX_PAGE_ROWS) -> Position | None:
    """Where the page starts; None at the newest row. Raises ValueError for a wrong limit or cursor."""
    if not 1 <= limit <= max_rows:
        raise ValueError(f"limit {limit} is outside 1 to {max_rows}")
    if cursor is None:
        return None
    parts = _CURSOR.fullmatch(cursor)
    try:
        if parts:
            return _EPOCH + timedelta(microseconds=int(parts[1])), UUID(hex=parts[2])
    except OverflowError:
        pass
    raise ValueError(f"{cursor[:80]!r} is no cursor; give the cursor of the page before, or none")


def format_cursor(last: Position) -> str:
    """The cursor of the page that starts after this row."""
    moment, row_id = last
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}.{row_id.hex}"


def _where(conditions: PredictionFilter) -> list[ColumnElement[bool]]:
    clauses = []
    if conditions.since is not None:
        clauses.append(_logs.timestamp >= conditions.since)
    if conditions.until is not None:
        clauses.append(_logs.timestamp < conditions.until)
    if conditions.shipment_id is not None:
        clauses.append(_logs.shipment_id == conditions.shipment_id)
    if conditions.model_name is not None:
        clauses.append(_logs.model_name == conditions.model_name)
    if conditions.model_version is not None:
        clauses.append(_logs.model_version == conditions.model_version)
    if conditions.late is not None:
        clauses.append(_logs.prediction == int(conditions.late))
    return clauses

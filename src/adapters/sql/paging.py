"""Pages of predictions, newest first: each begins where the one before it ended, however many were added since."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from adapters.sql.keyset import Position, c, older_than
from adapters.sql.prediction_rows import prediction_of
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_log import MOST_IN_A_PAGE, LoggedPrediction, PredictionFilter, PredictionPage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?\d{1,18})\.([0-9a-f]{32})", re.ASCII)


def page(connection: Connection, wanted: PredictionFilter, limit: int, after: Position | None) -> PredictionPage:
    """At most `limit` predictions that come after that moment and id, newest first."""
    found = select(serving_logs).where(*_conditions(wanted)).order_by(c.timestamp.desc(), c.id.desc()).limit(limit + 1)
    if after is not None:
        found = found.where(older_than(after))
    rows = [prediction_of(row) for row in connection.execute(found).mappings()]
    return PredictionPage(tuple(rows[:limit]), cursor_of(rows[limit - 1]) if len(rows) > limit else None)


def checked(limit: int, cursor: str | None) -> Position | None:
    """Where the page begins. Raises ValueError."""
    if not 1 <= limit <= MOST_IN_A_PAGE:
        raise ValueError(f"limit {limit} is outside 1 to {MOST_IN_A_PAGE}")
    if cursor is None:
        return None
    parts = _CURSOR.fullmatch(cursor)
    try:
        if parts:
            return _EPOCH + timedelta(microseconds=int(parts[1])), UUID(hex=parts[2])
    except OverflowError:
        pass
    raise ValueError(f"{cursor[:80]!r} is no cursor; give the `next` of the page before, or none")


def cursor_of(last: LoggedPrediction) -> str:
    """The cursor of the page that begins after this one."""
    return f"{(last.predicted_at - _EPOCH) // timedelta(microseconds=1)}.{last.prediction_id.hex}"


def _conditions(wanted: PredictionFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.since is not None:
        conditions.append(c.timestamp >= wanted.since)
    if wanted.until is not None:
        conditions.append(c.timestamp < wanted.until)
    if wanted.shipment_id is not None:
        conditions.append(c.shipment_id == wanted.shipment_id)
    if wanted.model_name is not None:
        conditions.append(c.model_name == wanted.model_name)
    if wanted.model_version is not None:
        conditions.append(c.model_version == wanted.model_version)
    if wanted.late is not None:
        conditions.append(c.prediction == int(wanted.late))
    return conditions

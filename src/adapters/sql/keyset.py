"""Reading `serving_logs` in order, by batches: each begins after the last row of the one before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from adapters.sql.serving_tables import serving_logs

Position = tuple[datetime, UUID]
"""A row's place: its time, and among rows of the same time its id."""

c = serving_logs.c

# Not as comparisons of pairs, from which PostgreSQL would not see which months are left out.


def newer_than(position: Position) -> ColumnElement[bool]:
    """Rows that come after this place in time."""
    moment, prediction_id = position
    return and_(c.timestamp >= moment, or_(c.timestamp > moment, c.id > prediction_id))


def older_than(position: Position) -> ColumnElement[bool]:
    """Rows that come before this place in time."""
    moment, prediction_id = position
    return and_(c.timestamp <= moment, or_(c.timestamp < moment, c.id < prediction_id))

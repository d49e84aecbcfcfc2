"""Monthly partitions of `serving_logs`: created ahead of time, detached and dropped by retention."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, or_, select, text
from sqlalchemy.exc import DBAPIError

from adapters.sql.serving_tables import serving_logs

if TYPE_CHECKING:
    from adapters.sql.database import Database

_FIRST_MONTH, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Months from the first on and before the end have partitions of their own."""
_MAX_MONTH_DAYS = 31

_CHECK_VIOLATION = "23514"
"""SQLSTATE of a row that fits no partition; the table has no check constraint that could cause it."""

_OWNED = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'serving_logs'::regclass"
_ATTACHED = r"""
SELECT relname, inhdetachpending FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'serving_logs'::regclass AND relname ~ '^serving_logs_\d{4}_\d{2}$' AND relname < :first_kept
ORDER BY relname
"""


def create_ahead(connection: Connection) -> None:
    """Create the partitions of this month and the next one, so that no prediction waits for its month."""
    this_month = _start_of_month(datetime.now(UTC))
    for month in (this_month, _start_of_month(this_month + timedelta(days=_MAX_MONTH_DAYS))):
        connection.execute(select(func.ensure_serving_month(month)))


def create_missing(database: "Database", moments: Iterable[datetime]) -> None:
    """Create the partitions for these moments, each in a transaction of its own, so that others see it at once."""
    for month in sorted({_start_of_month(moment) for moment in moments}):
        with database.begin("create the partition of a month") as connection:
            connection.execute(select(func.ensure_serving_month(month)))


def is_missing(error: DBAPIError) -> bool:
    """Whether a row had no partition, since it is older or newer than expected, or retention dropped its month."""
    return getattr(error.orig, "sqlstate", None) == _CHECK_VIOLATION


def in_no_whole_month(moment: datetime) -> ColumnElement[bool]:
    """Rows from before the moment that are in no partition with such rows only."""
    timestamp = serving_logs.c.timestamp
    return or_(timestamp < _FIRST_MONTH, timestamp >= min(_start_of_month(moment), _END))


def drop_before(database: "Database", moment: datetime) -> int:
    """Drop whole months before the moment; the number of their predictions.

    Readers and writers wait for the moment in which a month is detached, as its owner not at all; the rows are counted
    and deleted afterwards. An interrupted run is completed by the next one.
    """
    first_kept = f"serving_logs_{max(_start_of_month(moment), _FIRST_MONTH):%Y_%m}"
    with database.begin("look at old months") as connection:
        months = connection.execute(text(_ATTACHED), {"first_kept": first_kept}).all()
        owned = connection.scalar(text(_OWNED))
    for month, pending in months:
        if owned:
            how = "FINALIZE" if pending else "CONCURRENTLY"
            statement = f"ALTER TABLE serving_logs DETACH PARTITION serving_partitions.{month} {how}"
            database.execute_outside_transaction("detach an old month", statement)
        else:
            with database.begin("detach an old month") as connection:
                connection.execute(select(func.detach_serving_month(month)))
    with database.begin("drop old months") as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        dropped = connection.execute(select(func.drop_detached_serving_months())).scalar_one()
    return int(dropped)


def _start_of_month(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)

"""Monthly partitions of `serving_logs`: created by the first prediction of a month, dropped by retention."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, Delete, func, or_, select
from sqlalchemy.exc import DBAPIError

from adapters.sql.database import Database
from adapters.sql.serving_tables import serving_logs

_FIRST_MONTH, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Months from the first on and before the end have partitions of their own."""

_CHECK_VIOLATION = "23514"
"""SQLSTATE of a row that fits no partition; the table has no check constraint that could cause it."""


class MonthlyPartitions:
    """Remembers which partitions exist, so that each is created by at most one statement per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[tuple[int, int]] = set()

    def create_missing(self, moments: Iterable[datetime]) -> None:
        """Create the partitions for these moments in a transaction of its own, so that others see them at once."""
        if self._database.embedded:
            return
        months = {(utc.year, utc.month) for utc in (moment.astimezone(UTC) for moment in moments)}
        for year, month in sorted(months - self._known):
            with self._database.begin("create the partition of a month") as connection:
                connection.execute(select(func.ensure_serving_month(datetime(year, month, 1, tzinfo=UTC))))
            self._known.add((year, month))

    def is_missing_partition(self, error: DBAPIError) -> bool:
        """Whether a row had no partition, since retention dropped it; all known partitions are forgotten then."""
        missing = getattr(error.orig, "sqlstate", None) == _CHECK_VIOLATION
        if missing:
            self._known.clear()
        return missing


def drop_before(connection: Connection, statement: Delete, moment: datetime) -> int:
    """Delete predictions from before the moment, whole months by their partitions; the number of predictions.

    `statement` deletes the same predictions row by row.

    Partitions are dropped last: from then until the end of the transaction, all readers and writers wait.
    """
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    month = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    timestamp = serving_logs.c.timestamp
    in_no_whole_month = or_(timestamp < _FIRST_MONTH, timestamp >= min(month, _END))
    deleted = connection.execute(statement.where(in_no_whole_month)).rowcount
    return deleted + int(connection.execute(select(func.drop_serving_months(moment))).scalar_one())

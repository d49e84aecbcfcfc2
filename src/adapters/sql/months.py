"""Partitions of `serving_logs`, a month each: made when the first prediction of a month comes, dropped by retention."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, Delete, func, or_, select
from sqlalchemy.exc import DBAPIError

from adapters.sql.database import Database
from adapters.sql.serving_tables import serving_logs

_FIRST, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Months from the one on and before the other have partitions of their own."""

_NO_PARTITION = "23514"
"""What PostgreSQL says when a row fits no partition (and when it breaks a check, of which we have none)."""


class Months:
    """Which months this process knows to be there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[tuple[int, int]] = set()

    def ensure(self, moments: Iterable[datetime]) -> None:
        """Make the partitions that these moments need, in a transaction of its own: others see them at once."""
        if self._database.embedded:
            return
        needed = {(utc.year, utc.month) for utc in (moment.astimezone(UTC) for moment in moments)}
        for year, month in sorted(needed - self._known):
            with self._database.writing("make room for a month of predictions") as connection:
                connection.execute(select(func.ensure_serving_month(datetime(year, month, 1, tzinfo=UTC))))
            self._known.add((year, month))

    def dropped(self, error: DBAPIError) -> bool:
        """Whether the error says that a partition is gone; if so, all are made sure of again."""
        gone = getattr(error.orig, "sqlstate", None) == _NO_PARTITION
        if gone:
            self._known.clear()
        return gone


def drop(connection: Connection, old: Delete, moment: datetime) -> int:
    """Delete what is older than the moment (`old` would delete it row by row); how much there was.

    Whole months are dropped at the end: from then on until the transaction ends, nobody else reads or writes.
    """
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    begun = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    time = serving_logs.c.timestamp
    in_no_whole_month = or_(time < _FIRST, time >= min(begun, _END))
    deleted = connection.execute(old.where(in_no_whole_month)).rowcount
    return deleted + int(connection.execute(select(func.drop_serving_months(moment))).scalar_one())

"""One log's way to its database: straight while it is up, through the journal from the moment when it is not."""

import time
from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import Any, TypeVar

from adapters.outbox import entries
from adapters.outbox.callers import Callers
from adapters.outbox.file import JournalFile
from adapters.outbox.rows import Row
from delay_core.errors import StoreError

T = TypeVar("T")
_GIVE_WAY = 1e-3  # s, for the drainer, while the database is back and the line not yet empty
_WARM = 0.05  # s after a call that went well, in which its connection is used as it is: as adapters.sql has it
Deliver = Callable[[Sequence[Any]], None]
"""Hands records to the database; returns when they are durable there. Telling them again does no harm."""


class Lane:
    """Keeps the order: nothing goes straight while something of the same log waits in the journal."""

    def __init__(
        self, name: str, file: JournalFile, callers: Callers, deliver: Deliver, limit: int, wake: Callable[[], None]
    ) -> None:
        self.name = name
        self.deliver = deliver
        self.away = False
        """Whether the last that was tried with the database failed."""
        self.error: str | None = None
        """What it said."""
        self._warm_until = 0.0
        self._file = file
        self._callers = callers
        self._limit = limit
        self._wake = wake

    def write(self, straight: Callable[[], T], keep: Callable[[Connection], T], *, gives_up: bool = False) -> T:
        """What `straight` gives; or, where the database is away, `keep`, which puts rows into the journal.

        Of a call that gives up by itself while its connection is in use, and shortly after, nobody needs to take the
        time: that spares a way to another thread and back.
        """
        while True:
            with self._file.reading() as connection:
                waiting = not entries.empty(connection, self.name)
            if not waiting:
                try:
                    return self.call(straight, watched=not (gives_up and time.monotonic() < self._warm_until))
                except StoreError:
                    pass  # told by `error`; the journal has it from here on
            with self._file.writing() as connection:
                # Whoever came behind others may find that they have gone meanwhile, and goes straight as well.
                if not waiting or not entries.empty(connection, self.name):
                    kept = keep(connection)
                    break
        self._wake()
        if not self.away:
            time.sleep(_GIVE_WAY)  # whoever only ever adds would never see the end of the line
        return kept

    def call(self, work: Callable[[], T], *, watched: bool = True) -> T:
        """Ask the database, waiting so long and no longer. Raises StoreError."""
        try:
            given = self._callers.call(work) if watched else work()
        except StoreError as error:
            self._warm_until = 0.0
            self.failed(error)
            raise
        self._warm_until = time.monotonic() + _WARM
        self.away = False
        return given

    def put(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Add the rows at the end of the line. Raises OutboxFull."""
        entries.put(connection, self.name, rows, self._limit)

    def failed(self, error: Exception) -> None:
        """The database is believed to be away."""
        self.away = True
        self.error = " ".join(str(error).split())

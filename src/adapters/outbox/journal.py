"""The journal that the logs of one or several processes share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from adapters.outbox import entries
from adapters.outbox.callers import Callers
from adapters.outbox.drain import Drain
from adapters.outbox.drainer import Drainer, Turns
from adapters.outbox.file import JournalFile
from adapters.outbox.lane import Deliver, Lane
from adapters.outbox.rows import microseconds, moment_of
from adapters.shared.text import sanitize_text
from delay_core.ports.outbox_status import OutboxState, OutboxStatus

_ERASING = 15.0  # s, for the batch that is on its way to the database


class Journal(OutboxStatus):
    """A file of at most `limit` rows. The logs that stand upon it wait `deadline` seconds for the database.

    Safe to share between threads; processes share the file. Nothing is opened before it is needed.
    """

    def __init__(self, path: Path, limit: int = 1_000_000, deadline: float = 0.5) -> None:
        self.file = JournalFile(path)
        self._limit = limit
        self._callers = Callers(deadline)
        self._lanes: dict[str, Lane] = {}
        self._turns = Turns(path.with_name(f"{path.name}.drain"))
        self._drainer = Drainer(Drain(self.file), self._turns, self._lanes)

    def lane(self, name: str, deliver: Deliver) -> Lane:
        """The way of the log of this name to its database; the last log that asks is the one that is drained to."""
        lane = Lane(name, self.file, self._callers, deliver, self._limit, self._drainer.wake)
        self._lanes[name] = lane
        return lane

    def start(self) -> None:
        """Begin to drain. Raises StoreError."""
        with self.file.reading():  # a file that cannot be used is told at once
            self._drainer.start()

    def close(self) -> None:
        """End draining and close the file; what waits, waits for whoever opens it next."""
        self._drainer.close()
        self.file.close()

    def state(self) -> OutboxState:
        """For health checks and metrics. Raises StoreError."""
        with self.file.reading() as connection:
            waiting, aside, oldest = entries.counted(connection)
            reason = entries.reason(connection)
        failed = [lane.error for lane in self._lanes.values() if lane.away and lane.error]
        return OutboxState(
            pending=waiting,
            dead_letters=aside,
            limit=self._limit,
            oldest=None if oldest is None else moment_of(oldest),
            database_up=not any(lane.away for lane in self._lanes.values()),
            last_error=next(iter(failed), reason),
        )

    @contextmanager
    def still(self) -> Iterator[None]:
        """Within, nothing is on its way from the journal to the database. Raises StoreError."""
        self.file.path.parent.mkdir(parents=True, exist_ok=True)
        with self._turns.waited(_ERASING):
            yield

    def erase(self, lane: str, shipment_id: str, inner: Callable[[str], int]) -> int:
        """Delete what the journal holds of the shipment for this log, then what the log itself holds; how much it was.

        Raises StoreError.
        """
        with self.still():
            with self.file.writing() as connection:
                gone = entries.erase(connection, lane, sanitize_text(shipment_id))
            return gone + inner(shipment_id)

    def drop_before(self, lane: str, moment: datetime, inner: Callable[[datetime], int]) -> int:
        """As `erase`, of everything before the moment."""
        with self.still():
            with self.file.writing() as connection:
                gone = entries.drop_before(connection, lane, microseconds(moment))
            return gone + inner(moment)

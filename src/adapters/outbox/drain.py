"""Moving what waits in the journal to the database, in order; a row is deleted when it is durable there."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence

from adapters.outbox import entries
from adapters.outbox.file import JournalFile
from adapters.outbox.lane import Lane
from adapters.outbox.rows import Kept, Unit, units
from delay_core.errors import StoreError

BATCH = 1000
"""Rows handed over at a time."""

LAST = 200
"""So few rows are handed over while nobody can add more: the lane is then empty, and what comes next goes straight."""

_PIECE = 100
_BREATH = 5e-5  # s; with 0 the interpreter would be taken back before anybody who waits for it woke up


class Drain:
    """Turns at a lane. Only one process at a time may have them."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._choice = random.Random()  # noqa: S311 - any will do

    def turn(self, lane: Lane) -> bool:
        """Hand over one batch; whether more may be waiting. Raises StoreError where the database is away."""
        with self._file.reading() as connection:
            rows = entries.batch(connection, lane.name, BATCH)
        if not rows:
            lane.away = False
            return False
        if len(rows) < LAST and not lane.away and self._last(lane):
            return False
        waiting = _made(rows)
        try:
            self._hand_over(lane, waiting)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be lost, and the line must go on
            self._sort_out(lane, waiting, error)
        return True

    def again(self, lane: Lane) -> None:
        """Try what was set aside: the database may take it now."""
        with self._file.reading() as connection:
            rows = entries.aside(connection, lane.name)
        for unit in units(rows):
            try:
                lane.deliver([unit.record])
            except Exception as error:  # noqa: BLE001 - it stays where it is
                self._set_aside(unit, error)
            else:
                with self._file.draining() as connection:
                    entries.remove(connection, unit.seqs)

    def _last(self, lane: Lane) -> bool:
        """Hand over everything, waiting no longer than writers may; whether that was done."""
        try:
            with self._file.draining() as connection:
                waiting = list(units(entries.batch(connection, lane.name, BATCH)))
                if waiting:
                    lane.call(lambda: lane.deliver([unit.record for unit in waiting]))
                    entries.remove_line(connection, lane.name, waiting[0].seqs[0], waiting[-1].seqs[-1])
        except Exception as error:  # noqa: BLE001 - told below by the way that has no such hurry
            lane.failed(error)
            return False
        return True

    def _hand_over(self, lane: Lane, waiting: Sequence[Unit]) -> None:
        """Neighbours in line; nothing else of the lane is between them."""
        lane.deliver([unit.record for unit in waiting])
        lane.away = False
        with self._file.draining() as connection:
            entries.remove_line(connection, lane.name, waiting[0].seqs[0], waiting[-1].seqs[-1])

    def _sort_out(self, lane: Lane, waiting: list[Unit], error: Exception) -> None:
        """After a batch that failed: set aside what cannot be stored, so that the rest goes on.

        That is what fails alone, twice, while others of the same log are stored. Where nothing is, it is the database,
        and everything stays in line.
        """
        good = self._stored_one(lane, waiting)
        if good is None and isinstance(error, StoreError):
            lane.failed(error)
            raise error
        for unit, refusal in list(self._refused(lane, waiting)):
            reason = refusal
            if isinstance(refusal, StoreError):
                if good is None:
                    raise refusal
                try:
                    self._hand_over(lane, [unit])
                except Exception as again:  # noqa: BLE001 - as above
                    reason = again
                else:
                    continue
                lane.deliver([good.record])  # nothing new: it is there, but it fails where the database has gone
            lane.failed(reason)
            self._set_aside(unit, reason)
        lane.away = False

    def _set_aside(self, unit: Unit, reason: Exception) -> None:
        with self._file.writing() as connection:
            entries.set_aside(connection, unit.seqs, " ".join(str(reason).split())[:500])

    def _stored_one(self, lane: Lane, waiting: Sequence[Unit]) -> Unit | None:
        """One that could be stored now, of some that are tried; the newest among them, should all others be refused."""
        tried = self._choice.sample(waiting, min(3, len(waiting)))
        with self._file.reading() as connection:
            tried += units(entries.batch(connection, lane.name, 1, newest=True))
        for unit in tried:
            try:
                self._hand_over(lane, [unit])
            except Exception:  # noqa: BLE001, S112 - only the one that succeeds tells anything
                continue
            return unit
        return None

    def _refused(self, lane: Lane, waiting: Sequence[Unit]) -> Iterator[tuple[Unit, Exception]]:
        """Those that fail alone; all others are stored."""
        try:
            self._hand_over(lane, waiting)
        except Exception as error:  # noqa: BLE001 - as above
            if len(waiting) == 1:
                yield waiting[0], error
                return
            middle = len(waiting) // 2
            yield from self._refused(lane, waiting[:middle])
            yield from self._refused(lane, waiting[middle:])


def _made(rows: Iterable[Kept]) -> list[Unit]:
    """The rows' records, made in pieces: this thread shares the interpreter with those that serve."""
    made = []
    for number, unit in enumerate(units(rows), 1):
        made.append(unit)
        if number % _PIECE == 0:
            time.sleep(_BREATH)
    return made

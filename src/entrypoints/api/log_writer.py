"""Group commit: whatever waits for the log is written together, by one thread, while the next group gathers."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from delay_core.errors import DelayError
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction, PredictionLog

_LOG = logging.getLogger("delay.api")
MOST_ROWS = 5000
"""Rows that are written at once; more wait for the next turn."""


@dataclass(slots=True)
class Entry:
    """What one request adds to the log. `done` is told, on the event loop, the body to answer, or what went wrong."""

    rows: Sequence[LoggedPrediction]
    body: bytes
    done: Callable[[bytes | Exception], None]
    keyed: KeyedAnswer | None = None
    """With an idempotency key: what is remembered under it."""
    held: Callable[[KeyedAnswer], bytes | Exception] | None = None
    """With a key: what to answer, told whose answer the key holds."""


class LogWriter:
    """Answers wait for the commit of their group, none for one of its own."""

    def __init__(self, log: PredictionLog, observe: Callable[[float], None], clock: Callable[[], float]) -> None:
        """`observe` is told the seconds of each write."""
        self._log = log
        self._observe = observe
        self._clock = clock
        self._queue: SimpleQueue[tuple[list[Entry], Callable[[], None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin; what is done is told on this loop."""
        self._loop = loop
        self._thread.start()

    def submit(self, entries: list[Entry], written: Callable[[], None]) -> None:
        """Write these with the next group; `written` is called on the loop just before each entry is told."""
        self._queue.put((entries, written))

    def close(self) -> None:
        """Write what was submitted, and end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            entries, ends, going = self._gathered()
            began = self._clock()
            told = [*self._write_plain(entries), *self._write_keyed(entries)]
            if told:
                self._observe(self._clock() - began)
            self._tell(told, ends)

    def _gathered(self) -> tuple[list[Entry], list[Callable[[], None]], bool]:
        """All that waits by now, up to a bound; whether there will be more."""
        found = self._queue.get()
        entries: list[Entry] = []
        ends: list[Callable[[], None]] = []
        rows = 0
        while found is not None:
            entries += found[0]
            ends.append(found[1])
            rows += sum(len(entry.rows) for entry in found[0])
            if rows >= MOST_ROWS:
                return entries, ends, True
            try:
                found = self._queue.get_nowait()
            except Empty:
                return entries, ends, True
        return entries, ends, False

    def _write_plain(self, entries: Sequence[Entry]) -> list[tuple[Entry, bytes | Exception]]:
        plain = [entry for entry in entries if entry.keyed is None]
        if not plain:
            return []
        error = _error_of(lambda: self._log.append([row for entry in plain for row in entry.rows]))
        return [(entry, error or entry.body) for entry in plain]

    def _write_keyed(self, entries: Sequence[Entry]) -> list[tuple[Entry, bytes | Exception]]:
        keyed = [entry for entry in entries if entry.keyed is not None]
        if not keyed:
            return []
        found: list[KeyedAnswer] = []
        error = _error_of(lambda: found.extend(self._log.append_once([_request(entry) for entry in keyed])))
        if error:
            return [(entry, error) for entry in keyed]
        return [
            (entry, entry.held(answer) if entry.held else entry.body)
            for entry, answer in zip(keyed, found, strict=True)
        ]

    def _tell(self, told: Sequence[tuple[Entry, bytes | Exception]], ends: Sequence[Callable[[], None]]) -> None:
        def tell() -> None:
            for written in ends:
                written()
            for entry, outcome in told:
                entry.done(outcome)

        if self._loop is not None:
            self._loop.call_soon_threadsafe(tell)


def _request(entry: Entry) -> KeyedRequest:
    if entry.keyed is None:
        raise ValueError("an entry without a key")
    return KeyedRequest(entry.keyed, tuple(entry.rows))


def _error_of(write: Callable[[], None]) -> Exception | None:
    """What went wrong: every caller of the group is told, and the thread goes on whatever it was."""
    try:
        write()
    except DelayError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a thread that died would leave every later caller without an answer
        _LOG.exception("a group of predictions was not logged")
        return error
    return None

"""Group commit: one thread writes everything that waits for the log in one transaction, while more requests arrive."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from delay_core.errors import DelayError
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction, PredictionLog

_LOG = logging.getLogger("delay.api")
MAX_ROWS_PER_COMMIT = 5000
"""Above this number of rows, further requests wait for the next commit."""

Result = bytes | Exception


@dataclass(slots=True)
class CommitItem:
    """The rows that one request adds to the log."""

    rows: Sequence[LoggedPrediction]
    body: bytes
    """The response body, once the rows are durable."""
    done: Callable[[Result], None]
    """Receives the body or the error, on the event loop."""
    keyed: KeyedAnswer | None = None
    """With an idempotency key: the response to store under it."""
    resolve: Callable[[KeyedAnswer], Result] | None = None
    """With an idempotency key: turns the response that the key holds after the commit into this request's result."""


class GroupCommitWriter:
    """Writes the rows of many requests in one commit."""

    def __init__(self, log: PredictionLog, observe: Callable[[float], None], clock: Callable[[], float]) -> None:
        """`observe` receives the seconds of each commit."""
        self._log = log
        self._observe = observe
        self._clock = clock
        self._queue: SimpleQueue[tuple[list[CommitItem], Callable[[], None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread; callbacks run on this loop."""
        self._loop = loop
        self._thread.start()

    def submit(self, items: list[CommitItem], committed: Callable[[], None]) -> None:
        """Add the items to the next commit. `committed` runs on the loop, before each item's `done`."""
        self._queue.put((items, committed))

    def close(self) -> None:
        """Commit what was submitted, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        running = True
        while running:
            items, callbacks, running = self._collect()
            started = self._clock()
            results = [*self._write_plain(items), *self._write_keyed(items)]
            if results:
                self._observe(self._clock() - started)
            self._notify(results, callbacks)

    def _collect(self) -> tuple[list[CommitItem], list[Callable[[], None]], bool]:
        """The waiting items up to MAX_ROWS_PER_COMMIT rows, their callbacks, and whether the writer goes on running."""
        submission = self._queue.get()
        items: list[CommitItem] = []
        callbacks: list[Callable[[], None]] = []
        rows = 0
        while submission is not None:
            items += submission[0]
            callbacks.append(submission[1])
            rows += sum(len(item.rows) for item in submission[0])
            if rows >= MAX_ROWS_PER_COMMIT:
                return items, callbacks, True
            try:
                submission = self._queue.get_nowait()
            except Empty:
                return items, callbacks, True
        return items, callbacks, False

    def _write_plain(self, items: Sequence[CommitItem]) -> list[tuple[CommitItem, Result]]:
        plain = [item for item in items if item.keyed is None]
        if not plain:
            return []
        error = _try_write(lambda: self._log.append([row for item in plain for row in item.rows]))
        return [(item, error or item.body) for item in plain]

    def _write_keyed(self, items: Sequence[CommitItem]) -> list[tuple[CommitItem, Result]]:
        keyed = [item for item in items if item.keyed is not None]
        if not keyed:
            return []
        stored: list[KeyedAnswer] = []
        error = _try_write(lambda: stored.extend(self._log.append_once([_keyed_request(item) for item in keyed])))
        if error:
            return [(item, error) for item in keyed]
        return [
            (item, item.resolve(response) if item.resolve else item.body)
            for item, response in zip(keyed, stored, strict=True)
        ]

    def _notify(self, results: Sequence[tuple[CommitItem, Result]], callbacks: Sequence[Callable[[], None]]) -> None:
        def notify() -> None:
            for committed in callbacks:
                committed()
            for item, result in results:
                item.done(result)

        if self._loop is not None:
            self._loop.call_soon_threadsafe(notify)


def _keyed_request(item: CommitItem) -> KeyedRequest:
    if item.keyed is None:
        raise ValueError("the item has no idempotency key")
    return KeyedRequest(item.keyed, tuple(item.rows))


def _try_write(write: Callable[[], None]) -> Exception | None:
    """The error of the write, for every request of the group. No error ends the thread."""
    try:
        write()
    except DelayError as error:
        return error
    except Exception as error:  # noqa: BLE001 - without the thread, later requests would get no response
        _LOG.exception("a group of predictions was not logged")
        return error
    return None

"""Group commit: everything that waits for the log is written in one transaction, while more requests arrive.

The event loop writes over a stream, if the log has one; a thread writes what the stream does not take.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from delay_core.errors import DelayError
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, PredictionLog
from delay_core.ports.prediction_stream import PredictionStream
from entrypoints.api.serving.commit_group import CommitGroup, CommitItem, Result
from entrypoints.api.serving.stream_writer import StreamWriter

_LOG = logging.getLogger("delay.api")
MAX_ROWS_PER_COMMIT = 5000
"""Above this number of rows, further requests wait for the next commit."""
REOPEN_SECONDS = 1.0
"""After a stream was interrupted or could not be opened, the next one is opened after this time."""


class GroupCommitWriter:
    """Writes the rows of many requests in one commit."""

    def __init__(self, log: PredictionLog, observe: Callable[[float], None], clock: Callable[[], float]) -> None:
        """`observe` receives the seconds of each commit."""
        self._log = log
        self._observe = observe
        self._clock = clock
        self._queue: SimpleQueue[CommitGroup | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stream: StreamWriter | None = None
        self._open_at = float("-inf")
        self._closed = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread; callbacks run on this loop."""
        self._loop = loop
        self._thread.start()

    def submit(self, group: CommitGroup) -> None:
        """Have the thread write the group with its next commit."""
        self._queue.put(group)

    def submit_on_loop(self, group: CommitGroup) -> None:
        """Write the group over the stream, if there is one. To be called on the event loop."""
        stream = self._open_stream()
        if stream is None or group.has_keys:
            self.submit(group)
        else:
            stream.submit(group)

    def close(self) -> None:
        """Commit what was submitted, then stop. To be called on the event loop."""
        self._closed = True
        if self._stream is not None:
            self._stream.close()
        self._queue.put(None)
        self._thread.join()

    def _open_stream(self) -> StreamWriter | None:
        """The stream that is open; None, too, while one is being opened, which a thread of its own waits for."""
        if self._stream is not None and self._stream.closed:
            self._stream = None
            self._open_at = self._clock() + REOPEN_SECONDS
        if self._stream is None and self._loop is not None and self._clock() >= self._open_at and not self._closed:
            self._open_at = float("inf")
            threading.Thread(target=self._connect, args=(self._loop,), name="open-stream", daemon=True).start()
        return self._stream

    def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        error: Exception | None = None
        stream = None
        try:
            stream = self._log.open_stream()
        except Exception as refusal:  # noqa: BLE001 - the thread writes meanwhile, and reports what is wrong
            error = refusal
        try:
            loop.call_soon_threadsafe(self._accept, stream, error)
        except RuntimeError:  # the loop has ended meanwhile
            if stream is not None:
                stream.close()

    def _accept(self, stream: PredictionStream | None, error: Exception | None) -> None:
        if error is not None:
            self._open_at = self._clock() + REOPEN_SECONDS
        elif stream is not None and self._closed:
            stream.close()
        elif stream is not None:
            self._stream = StreamWriter(stream, self.submit, self._observe, self._clock)

    def _run(self) -> None:
        running = True
        while running:
            group, running = self._collect()
            started = self._clock()
            results = [*self._write_plain(group.items), *self._write_keyed(group.items)]
            if results:
                self._observe(self._clock() - started)
            if self._loop is not None:
                self._loop.call_soon_threadsafe(group.notify, results)

    def _collect(self) -> tuple[CommitGroup, bool]:
        """The waiting items up to MAX_ROWS_PER_COMMIT rows, and whether the writer goes on running."""
        collected = CommitGroup([], [])
        rows = 0
        group = self._queue.get()
        while group is not None:
            collected.add(group)
            rows += sum(len(item.rows) for item in group.items)
            if rows >= MAX_ROWS_PER_COMMIT:
                return collected, True
            try:
                group = self._queue.get_nowait()
            except Empty:
                return collected, True
        return collected, False

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

"""The thread that forwards pending rows; of several processes with the same outbox, one at a time does."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event, Thread

from adapters.outbox.channel import Channel
from adapters.outbox.flusher import Flusher
from adapters.shared.file_lock import try_exclusive_lock
from delay_core.errors import StoreError

_MIN_BACKOFF_SECONDS, _MAX_BACKOFF_SECONDS = 0.05, 1.0  # between attempts while the database is unavailable
_YIELD_SECONDS = 5e-4  # between batches: another process that waits for the lock gets it
_DEAD_LETTER_SECONDS = 600.0  # between attempts to deliver dead letters; the first is at the start
_POLL_SECONDS = 0.5  # between looks for rows that another process enqueued
_CLOSE_SECONDS = 5.0


class LeaderLock:
    """The right to forward, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def try_acquire(self) -> AbstractContextManager[bool]:
        """Hold the lock until the block ends if it is free; yields whether it was."""
        return try_exclusive_lock(self._path)

    @contextmanager
    def acquire(self, timeout_seconds: float) -> Iterator[None]:
        """Hold the lock until the block ends. Raises StoreError after the timeout."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            with self.try_acquire() as acquired:
                if acquired:
                    yield
                    return
            if time.monotonic() > deadline:
                raise StoreError(
                    f"the rows of {self._path.stem} are being forwarded, and the database does not answer; try again"
                )
            time.sleep(1e-3)


class Forwarder:
    """Forwards until it is closed. After an error, which its channel reports, it tries again."""

    def __init__(self, flusher: Flusher, lock: LeaderLock, channels: Mapping[str, Channel]) -> None:
        self._flusher = flusher
        self._lock = lock
        self._channels = channels
        self._notified = Event()
        self._closing = False
        self._backoff = _MIN_BACKOFF_SECONDS
        self._dead_letters_tried: dict[str, float] = {}
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._closing = False
        self._dead_letters_tried.clear()
        self._thread = Thread(target=self._run, name="outbox-forwarder", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """Tell the thread that rows are pending."""
        self._notified.set()

    def close(self) -> None:
        """Stop after the current batch; a delivery that hangs is not waited for."""
        self._closing = True
        self._notified.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
            self._thread = None

    def _run(self) -> None:
        pause = 0.0
        while not self._closing:
            self._notified.wait(pause)
            self._notified.clear()
            channels = tuple(self._channels.values())
            pause = max((self._drain(channel) for channel in channels), default=_POLL_SECONDS)

    def _drain(self, channel: Channel) -> float:
        """Deliver the channel's pending rows as far as possible; the seconds to pause afterwards."""
        try:
            while not self._closing:
                with self._lock.try_acquire() as acquired:
                    more = acquired and self._flusher.flush_batch(channel)
                    if acquired and not more:
                        self._retry_dead_letters(channel)
                self._backoff = _MIN_BACKOFF_SECONDS
                if not more:
                    return _POLL_SECONDS
                time.sleep(_YIELD_SECONDS)
        except Exception as error:  # noqa: BLE001 - the thread must not end; `Outbox.state` reports the error
            channel.mark_down(error)
            self._backoff = min(2 * self._backoff, _MAX_BACKOFF_SECONDS)
        return self._backoff

    def _retry_dead_letters(self, channel: Channel) -> None:
        now = time.monotonic()
        if now - self._dead_letters_tried.get(channel.name, -_DEAD_LETTER_SECONDS) >= _DEAD_LETTER_SECONDS:
            self._dead_letters_tried[channel.name] = now
            self._flusher.retry_dead_letters(channel)

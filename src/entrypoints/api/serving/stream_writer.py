"""Commits groups on the event loop, without a thread.

A thread that writes while the event loop works takes turns with it: that costs more time than to write the rows.
"""

import asyncio
import logging
from collections.abc import Callable

from delay_core.errors import StoreError
from delay_core.ports.prediction_stream import PredictionStream
from entrypoints.api.serving.commit_group import CommitGroup

_LOG = logging.getLogger("delay.api")


class StreamWriter:
    """Writes one group at a time; meanwhile the next one grows. What is not written passes to `write_elsewhere`."""

    def __init__(
        self,
        stream: PredictionStream,
        write_elsewhere: Callable[[CommitGroup], None],
        observe: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        """To be created on the running event loop. `observe` receives the seconds of each commit."""
        self._stream = stream
        self._write_elsewhere = write_elsewhere
        self._observe = observe
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._file = stream.fileno()
        self._sent: CommitGroup | None = None
        self._sent_at = 0.0
        self._next: CommitGroup | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.closed = False
        self._loop.add_reader(self._file, self._receive)

    def submit(self, group: CommitGroup) -> None:
        """Write the group, now or after the one that is being written."""
        if self._next is None:
            self._next = group
        else:
            self._next.add(group)
        if self._sent is None:
            self._send_next()

    def close(self) -> None:
        """Pass on what is not durable, and close the stream."""
        if self.closed:
            return
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._file)
        self._loop.remove_writer(self._file)
        self._stream.close()
        for group in (self._sent, self._next):
            if group is not None:
                self._write_elsewhere(group)
        self._sent = self._next = None

    def _send_next(self) -> None:
        group, self._next = self._next, None
        if group is None:
            return
        try:
            if not self._stream.send(group.rows):
                self._write_elsewhere(group)
                return
            self._sent, self._sent_at = group, self._clock()
            self._timer = self._loop.call_later(self._stream.timeout_seconds, self._give_up)
            if not self._stream.flush():
                self._loop.add_writer(self._file, self._flush)
        except Exception as error:  # noqa: BLE001 - the other way reports what is wrong with the rows
            self._sent = group
            self._interrupt(error)

    def _flush(self) -> None:
        try:
            if self._stream.flush():
                self._loop.remove_writer(self._file)
        except StoreError as error:
            self._interrupt(error)

    def _receive(self) -> None:
        try:
            if not self._stream.receive():
                return
        except StoreError as error:
            self._interrupt(error)
            return
        group, self._sent = self._sent, None
        if group is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._observe(self._clock() - self._sent_at)
        self._send_next()  # before the responses are sent, so that the database stays busy
        group.notify((item, item.body) for item in group.items)

    def _give_up(self) -> None:
        self._interrupt(TimeoutError(f"no answer from the database within {self._stream.timeout_seconds:g} s"))

    def _interrupt(self, error: Exception) -> None:
        _LOG.info("predictions are not written on the event loop for a moment: %s", error)
        self.close()

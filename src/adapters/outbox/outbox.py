"""The outbox that the logs of one or several processes share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from adapters.outbox.channel import Channel, Deliver, TimeoutExecutor
from adapters.outbox.flusher import Flusher
from adapters.outbox.forwarder import Forwarder, LeaderLock
from adapters.outbox.serialization import from_epoch_us, to_epoch_us
from adapters.outbox.sqlite_file import OutboxFile
from adapters.shared.text import sanitize_text
from delay_core.ports.outbox_status import OutboxState, OutboxStatus

_ERASE_LOCK_SECONDS = 15.0  # the longest wait for the delivery of the current batch


class Outbox(OutboxStatus):
    """A file of at most `max_rows` rows. Its logs wait at most `deadline` seconds for the database.

    Safe to share between threads; processes share the file. Nothing is opened before the first use.
    """

    def __init__(self, path: Path, max_rows: int = 1_000_000, deadline: float = 0.5) -> None:
        self.file = OutboxFile(path)
        self._max_rows = max_rows
        self._executor = TimeoutExecutor(deadline)
        self._channels: dict[str, Channel] = {}
        self._lock = LeaderLock(path.with_name(f"{path.name}.drain"))
        self._forwarder = Forwarder(Flusher(self.file), self._lock, self._channels)

    def open_channel(self, name: str, deliver: Deliver) -> Channel:
        """The channel of the log of this name; pending rows are delivered to the log that opened it last."""
        channel = Channel(name, self.file, self._executor, deliver, self._max_rows, self._forwarder.notify)
        self._channels[name] = channel
        return channel

    def start(self) -> None:
        """Start to forward. Raises StoreError."""
        with self.file.read():  # a file that cannot be used raises here
            self._forwarder.start()

    def close(self) -> None:
        """Stop forwarding and close the file; pending rows stay in it for the next start."""
        self._forwarder.close()
        self.file.close()

    def state(self) -> OutboxState:
        with self.file.read() as store:
            pending, dead_letters, oldest = store.stats()
            last_error = store.last_error()
        errors = [channel.last_error for channel in self._channels.values() if channel.database_down]
        return OutboxState(
            pending=pending,
            dead_letters=dead_letters,
            limit=self._max_rows,
            oldest=None if oldest is None else from_epoch_us(oldest),
            database_up=not any(channel.database_down for channel in self._channels.values()),
            last_error=next(filter(None, errors), last_error),
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A block during which no row is being delivered. Raises StoreError."""
        self.file.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.acquire(_ERASE_LOCK_SECONDS):
            yield

    def erase(self, channel: str, shipment_id: str, inner: Callable[[str], int]) -> int:
        """Delete the channel's rows of the shipment, then those that `inner` deletes; the sum. Raises StoreError."""
        with self.paused():
            with self.file.write() as store:
                deleted = store.erase(channel, sanitize_text(shipment_id))
            return deleted + inner(shipment_id)

    def drop_before(self, channel: str, moment: datetime, inner: Callable[[datetime], int]) -> int:
        """As `erase`, for all rows from before the moment."""
        with self.paused():
            with self.file.write() as store:
                deleted = store.drop_before(channel, to_epoch_us(moment))
            return deleted + inner(moment)

"""The outbox that the logs of one or several processes share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from adapters.outbox.channel import Channel, Deliver, TimeoutExecutor
from adapters.outbox.forwarder import Forwarder
from adapters.outbox.serialization import from_epoch_us, to_epoch_us
from adapters.outbox.sqlite_file import OutboxFile
from adapters.outbox.store import Limits, OutboxStore, Stats
from adapters.shared.text import sanitize_text
from delay_core.ports.erasure_log import Erasure, ErasureLog, digest_of
from delay_core.ports.outbox_status import OutboxState, OutboxStatus

_LATE_COMMIT = timedelta(minutes=2)  # the longest time from an erasure to the end of its transaction


class Outbox(OutboxStatus):
    """A file of at most `max_rows` rows and `max_bytes`. Its logs wait at most `deadline` seconds for the database.

    Safe to share between threads; processes share the file. Nothing is opened before the first use.
    """

    def __init__(
        self,
        path: Path,
        max_rows: int = 1_000_000,
        deadline: float = 0.5,
        max_bytes: int = 2**31,
        erasure_log: ErasureLog | None = None,
    ) -> None:
        """`erasure_log`: with it, the outbox deletes rows of shipments that were erased on other machines."""
        self.file = OutboxFile(path)
        self._limits = Limits(max_rows, max_bytes)
        self._executor = TimeoutExecutor(deadline)
        self._channels: dict[str, Channel] = {}
        self._erasure_log = erasure_log
        self._applied: set[Erasure] = set()
        lock = path.with_name(f"{path.name}.drain")
        self.forwarder = Forwarder(self.file, lock, self._channels, self.apply_erasures)

    @property
    def channels(self) -> list[Channel]:
        """The channels of all logs that were opened."""
        return list(self._channels.values())

    def open_channel(self, name: str, deliver: Deliver) -> Channel:
        """The channel of the log of this name; pending rows are delivered to the log that opened it last."""
        channel = Channel(name, self.file, self._executor, deliver, self._limits, self.forwarder.notify)
        self._channels[name] = channel
        return channel

    def start(self) -> None:
        """Start to forward. A file that cannot be used does not prevent it: the logs write to the database alone."""
        self.forwarder.start()

    def close(self) -> None:
        """Stop forwarding and close the file; pending rows stay in it for the next start."""
        self.forwarder.close()
        self.file.close()

    def state(self) -> OutboxState:
        stats, last_error = self.file.look_up(_stats_and_error) or (Stats(0, 0, 0, 0, None), None)
        errors = [channel.last_error for channel in self._channels.values() if channel.database_down]
        return OutboxState(
            pending=stats.pending,
            dead_letters=stats.dead_letters,
            limit=self._limits.rows,
            oldest=None if stats.oldest is None else from_epoch_us(stats.oldest),
            database_up=not any(channel.database_down for channel in self._channels.values()),
            last_error=next(filter(None, errors), last_error),
            size=stats.bytes,
            max_size=self._limits.bytes,
            superseded=stats.superseded,
            file_error=self.file.error,
        )

    def erase(self, channel: str, shipment_id: str, inner: Callable[[str], int]) -> int:
        """Delete the channel's rows of the shipment, then those that `inner` deletes; the sum. Raises StoreError.

        What the forwarder delivers meanwhile, the database refuses or deletes.
        """
        with self.file.write() as store:
            deleted = store.erase(channel, sanitize_text(shipment_id))
        return deleted + inner(shipment_id)

    def drop_before(self, channel: str, moment: datetime, inner: Callable[[datetime], int]) -> int:
        """As `erase`, for all rows from before the moment."""
        with self.file.write() as store:
            deleted = store.drop_before(channel, to_epoch_us(moment))
        return deleted + inner(moment)

    def apply_erasures(self) -> None:
        """Delete the rows of shipments that were erased since, on whichever machine. Raises StoreError."""
        with self.file.read() as store:
            oldest = store.oldest()
        if self._erasure_log is None or oldest is None:
            return
        erasures = set(self._erasure_log.read_since(from_epoch_us(oldest) - _LATE_COMMIT))
        if not erasures <= self._applied:
            erased_at = {erasure.shipment_digest: to_epoch_us(erasure.erased_at) for erasure in erasures}
            with self.file.write() as store:
                for shipment_id in store.shipments():
                    until = erased_at.get(digest_of(shipment_id))
                    for channel in self._channels if until is not None else ():
                        store.erase(channel, shipment_id, until)
                store.forget_answers()
        self._applied = erasures


def _stats_and_error(store: OutboxStore) -> tuple[Stats, str | None]:
    return store.stats(), store.last_error()

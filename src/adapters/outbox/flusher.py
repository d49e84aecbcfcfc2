"""Delivering pending rows to the database, in order; a row is deleted after it is durable there."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence

from adapters.outbox.channel import Channel
from adapters.outbox.serialization import Delivery, StoredRow, group_deliveries
from adapters.outbox.sqlite_file import OutboxFile
from delay_core.errors import StoreError

BATCH_ROWS = 1000
"""Rows that are delivered at a time."""

TAIL_ROWS = 200
"""Up to this many last rows are delivered while no other can be enqueued: the next ones then go directly."""

_MAX_PROBES = 3
_MAX_REASON_LETTERS = 500
_DECODE_CHUNK = 100
_YIELD_SECONDS = 5e-5  # with 0, this thread would get the interpreter lock back before a waiting thread wakes up


class Flusher:
    """Flushes channels. Only one process at a time may use it; a lock of the forwarder ensures that."""

    def __init__(self, file: OutboxFile) -> None:
        self._file = file
        self._random = random.Random()  # noqa: S311 - which rows are probed is not secret

    def flush_batch(self, channel: Channel) -> bool:
        """Deliver one batch; whether more rows may be pending. Raises StoreError if the database is unavailable."""
        with self._file.read() as store:
            rows = store.peek_batch(channel.name, BATCH_ROWS)
        if not rows:
            channel.database_down = False
            return False
        if len(rows) < TAIL_ROWS and not channel.database_down and self._flush_tail(channel):
            return False
        deliveries = _decode_cooperatively(rows)
        try:
            self._deliver(channel, deliveries)
        except Exception as error:  # noqa: BLE001 - no row may be lost or block the others, whatever the error
            self._isolate_poison_rows(channel, deliveries, error)
        return True

    def retry_dead_letters(self, channel: Channel) -> None:
        """Deliver the dead letters that the database accepts now."""
        with self._file.read() as store:
            rows = store.dead_letters(channel.name)
        for delivery in group_deliveries(rows):
            try:
                channel.deliver([delivery.record])
            except Exception as error:  # noqa: BLE001 - it stays a dead letter
                self._make_dead_letter(delivery, error)
            else:
                with self._file.write_relaxed() as store:
                    store.delete(delivery.sequence_numbers)

    def _flush_tail(self, channel: Channel) -> bool:
        """Deliver all pending rows while writers wait, within the deadline of a writer; whether it succeeded."""
        try:
            with self._file.write_relaxed() as store:
                deliveries = list(group_deliveries(store.peek_batch(channel.name, BATCH_ROWS)))
                if deliveries:
                    channel.call(lambda: channel.deliver([delivery.record for delivery in deliveries]))
                    store.delete_range(channel.name, *_sequence_range(deliveries))
        except Exception as error:  # noqa: BLE001 - the delivery without a deadline reports it
            channel.mark_down(error)
            return False
        return True

    def _deliver(self, channel: Channel, deliveries: Sequence[Delivery]) -> None:
        """Deliver neighbors, between which the channel has no other pending row, and delete them."""
        channel.deliver([delivery.record for delivery in deliveries])
        channel.database_down = False
        with self._file.write_relaxed() as store:
            store.delete_range(channel.name, *_sequence_range(deliveries))

    def _isolate_poison_rows(self, channel: Channel, deliveries: list[Delivery], error: Exception) -> None:
        """After a batch failed: make dead letters of the rows that cannot be stored, and deliver the others.

        A row cannot be stored if it fails alone, twice, while another row of the channel is stored. If no row can be
        stored, the database is unavailable, and all rows stay pending.
        """
        delivered = self._probe_any(channel, deliveries)
        if delivered is None and isinstance(error, StoreError):
            channel.mark_down(error)
            raise error
        for delivery, failure in list(self._bisect_failures(channel, deliveries)):
            reason = failure
            if isinstance(failure, StoreError):
                if delivered is None:
                    raise failure
                try:
                    self._deliver(channel, [delivery])
                except Exception as second_failure:  # noqa: BLE001 - as above
                    reason = second_failure
                else:
                    continue
                channel.deliver([delivered.record])  # stored already: it fails only if the database is unavailable now
            channel.mark_down(reason)
            self._make_dead_letter(delivery, reason)
        channel.database_down = False

    def _make_dead_letter(self, delivery: Delivery, reason: Exception) -> None:
        with self._file.write() as store:
            store.make_dead_letters(delivery.sequence_numbers, " ".join(str(reason).split())[:_MAX_REASON_LETTERS])

    def _probe_any(self, channel: Channel, deliveries: Sequence[Delivery]) -> Delivery | None:
        """A row that can be stored now: one of a few random ones, or the newest one in case all those are refused."""
        probes = self._random.sample(deliveries, min(_MAX_PROBES, len(deliveries)))
        with self._file.read() as store:
            probes += group_deliveries(store.peek_newest(channel.name))
        for delivery in probes:
            try:
                self._deliver(channel, [delivery])
            except Exception:  # noqa: BLE001, S112 - only a success is informative
                continue
            return delivery
        return None

    def _bisect_failures(
        self, channel: Channel, deliveries: Sequence[Delivery]
    ) -> Iterator[tuple[Delivery, Exception]]:
        """The rows that fail alone, each with its error; all others are stored."""
        try:
            self._deliver(channel, deliveries)
        except Exception as error:  # noqa: BLE001 - as above
            if len(deliveries) == 1:
                yield deliveries[0], error
                return
            middle = len(deliveries) // 2
            yield from self._bisect_failures(channel, deliveries[:middle])
            yield from self._bisect_failures(channel, deliveries[middle:])


def _sequence_range(deliveries: Sequence[Delivery]) -> tuple[int, int]:
    return deliveries[0].sequence_numbers[0], deliveries[-1].sequence_numbers[-1]


def _decode_cooperatively(rows: Iterable[StoredRow]) -> list[Delivery]:
    """Decode the rows in chunks, with pauses for the threads that serve requests."""
    deliveries = []
    for number, delivery in enumerate(group_deliveries(rows), 1):
        deliveries.append(delivery)
        if number % _DECODE_CHUNK == 0:
            time.sleep(_YIELD_SECONDS)
    return deliveries

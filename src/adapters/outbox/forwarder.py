"""Delivering pending rows to the database, in order; of several processes with one outbox, one at a time does.

A row is deleted after it is durable in the database: a delivery that was interrupted is repeated.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from adapters.outbox.channel import Channel
from adapters.outbox.dead_letters import PoisonIsolation, keep_damaged, keep_rows_without_channel, retry
from adapters.outbox.rows import DamagedRow, StoredRow
from adapters.outbox.serialization import Delivery, encode_answer, group_deliveries
from adapters.outbox.sqlite_file import OutboxFile, OutboxFileError
from adapters.outbox.store import MAX_RECENT_ANSWERS, OutboxStore
from adapters.shared.file_lock import try_exclusive_lock
from delay_core.errors import StoreError, StoreUnreachable
from delay_core.ports.prediction_log import KeyedAnswer

BATCH_ROWS = 1000
"""Rows that are delivered at a time; one record while the database is unavailable."""

TAIL_ROWS = 200
"""Up to this many last rows are delivered while no other can be enqueued: the next ones then go directly."""

_MIN_BACKOFF_SECONDS, _MAX_BACKOFF_SECONDS = 0.05, 1.0  # between attempts while the database is unavailable
_YIELD_SECONDS = 5e-4  # between batches: another process that waits for the lock gets it
_DEAD_LETTER_SECONDS = 600.0  # between attempts to deliver dead letters; the first is at the start
_POLL_SECONDS = 0.5  # between looks for rows that another process enqueued
_CARE_SECONDS = 5.0  # between looks for erasures, and attempts to write to the file
_GATHER_SECONDS = 0.02  # in which answers are gathered for one transaction
_CLOSE_SECONDS = 5.0
_DECODE_CHUNK = 100
_DECODE_YIELD_SECONDS = 5e-5  # with 0, this thread would get the interpreter lock back before a waiting thread wakes up


class Forwarder:
    """Forwards until it is closed. After an error, which its channel reports, it tries again."""

    def __init__(
        self, file: OutboxFile, lock: Path, channels: Mapping[str, Channel], apply_erasures: Callable[[], None]
    ) -> None:
        """`lock`: the file that the process which forwards has locked."""
        self._file = file
        self._lock = lock
        self._channels = channels
        self._apply_erasures = apply_erasures
        self._isolation = PoisonIsolation(file, self._deliver)
        self._notified = Event()
        self._closing = Event()
        self._backoff = _MIN_BACKOFF_SECONDS
        self._dead_letters_tried: dict[str, float] = {}
        self._cared = 0.0
        self._answers: deque[KeyedAnswer] = deque(maxlen=MAX_RECENT_ANSWERS)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._closing.clear()
        self._dead_letters_tried.clear()
        self._thread = Thread(target=self._run, name="outbox-forwarder", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """Tell the thread that rows are pending."""
        self._notified.set()

    def remember(self, answers: Iterable[KeyedAnswer]) -> None:
        """Let the thread write these answers to the file, for other processes: a request does not wait for it."""
        self._answers.extend(answers)
        self._notified.set()

    def save_answers(self, store: OutboxStore) -> None:
        """Write the answers that the thread has not written yet."""
        answers: list[KeyedAnswer] = []
        with suppress(IndexError):
            while True:
                answers.append(self._answers.popleft())
        store.remember([encode_answer(answer) for answer in answers])

    def close(self) -> None:
        """Stop after the current batch; a delivery that hangs is not waited for."""
        self._closing.set()
        self._notified.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
            self._thread = None
        self._write_answers()

    def flush_batch(self, channel: Channel) -> bool:
        """Deliver one batch; whether more rows may be pending. Raises StoreError if the database is unavailable."""
        deliveries = self._read_batch(channel, 1 if channel.database_down else BATCH_ROWS)
        if not deliveries:
            channel.database_down = False
            return False
        if len(deliveries) < TAIL_ROWS and not channel.database_down and self._flush_tail(channel):
            return False
        try:
            self._deliver(channel, deliveries)
        except (OutboxFileError, StoreUnreachable):
            raise
        except Exception as error:  # noqa: BLE001 - no row may be lost or block the others, whatever the error
            self._isolation.isolate(channel, self._read_batch(channel, BATCH_ROWS), error)
        return True

    def _read_batch(self, channel: Channel, size: int) -> list[Delivery]:
        """The first pending records that are not damaged; the damaged ones become dead letters."""
        while True:
            with self._file.read() as store:
                rows = store.peek_batch(channel.name, size)
            deliveries = _decode_cooperatively(rows)
            if not keep_damaged(self._file, deliveries):
                return deliveries

    def _run(self) -> None:
        while not self._closing.is_set():
            channels = tuple(self._channels.values())
            pauses = [self._drain(channel) for channel in channels]
            self._care()
            if any(channel.database_down for channel in channels):
                self._closing.wait(min(pauses))  # new rows do not shorten it: each attempt takes time from requests
            else:
                self._notified.wait(max(pauses, default=_POLL_SECONDS))
            self._notified.clear()
            if self._answers:
                self._closing.wait(_GATHER_SECONDS)
                self._write_answers()

    def _write_answers(self) -> None:
        if self._answers:
            with suppress(StoreError), self._file.write_relaxed() as store:
                self.save_answers(store)

    def _drain(self, channel: Channel) -> float:
        """Deliver the channel's pending rows as far as possible; the seconds to pause afterwards."""
        try:
            while not self._closing.is_set():
                with try_exclusive_lock(self._lock) as acquired:
                    more = acquired and self.flush_batch(channel)
                    if acquired and not more:
                        self._retry_dead_letters(channel)
                self._backoff = _MIN_BACKOFF_SECONDS
                if not more:
                    return _POLL_SECONDS
                time.sleep(_YIELD_SECONDS)
        except (OutboxFileError, OSError):
            return _MAX_BACKOFF_SECONDS  # `OutboxFile.error` has the reason; the database may be available
        except Exception as error:  # noqa: BLE001 - the thread must not end; `Outbox.state` reports the error
            channel.mark_down(error)
            self._backoff = min(2 * self._backoff, _MAX_BACKOFF_SECONDS)
        return self._backoff

    def _retry_dead_letters(self, channel: Channel) -> None:
        now = time.monotonic()
        if now - self._dead_letters_tried.get(channel.name, -_DEAD_LETTER_SECONDS) >= _DEAD_LETTER_SECONDS:
            self._dead_letters_tried[channel.name] = now
            with self._file.read() as store:
                deliveries = list(group_deliveries(store.dead_letters(channel.name)))
            retry(self._file, channel, deliveries)

    def _care(self) -> None:
        """Find out whether the file can be written, before it is needed; keep rows without a channel; erase."""
        now = time.monotonic()
        if now - self._cared < _CARE_SECONDS:
            return
        self._cared = now
        try:
            with self._file.write_relaxed() as store:
                store.count_superseded(0)
            keep_rows_without_channel(self._file)
            self._apply_erasures()
        except StoreError:
            pass  # `OutboxFile.error`, or the next delivery, reports it

    def _flush_tail(self, channel: Channel) -> bool:
        """Deliver all pending rows while writers wait, within the deadline of a writer; whether it succeeded."""
        try:
            with self._file.write_relaxed() as store:
                deliveries = list(group_deliveries(store.peek_batch(channel.name, BATCH_ROWS)))
                if any(isinstance(delivery.record, DamagedRow) for delivery in deliveries):
                    return False
                if deliveries:
                    delivered = channel.call(lambda: channel.deliver([delivery.record for delivery in deliveries]))
                    store.delete_range(channel.name, *_sequence_range(deliveries))
                    store.remember(delivered.answers)
                    store.count_superseded(delivered.superseded)
        except OutboxFileError:
            raise
        except Exception as error:  # noqa: BLE001 - the delivery without a deadline reports it
            channel.mark_down(error)
            return False
        return True

    def _deliver(self, channel: Channel, deliveries: Sequence[Delivery]) -> None:
        """Deliver neighbors, between which the channel has no other pending row, and delete them."""
        delivered = channel.deliver([delivery.record for delivery in deliveries])
        channel.database_down = False
        with self._file.write_relaxed() as store:
            store.delete_range(channel.name, *_sequence_range(deliveries))
            store.remember(delivered.answers)
            store.count_superseded(delivered.superseded)


def _sequence_range(deliveries: Sequence[Delivery]) -> tuple[int, int]:
    return deliveries[0].sequence_numbers[0], deliveries[-1].sequence_numbers[-1]


def _decode_cooperatively(rows: Iterable[StoredRow]) -> list[Delivery]:
    """Decode the rows in chunks, with pauses for the threads that serve requests."""
    deliveries = []
    for number, delivery in enumerate(group_deliveries(rows), 1):
        deliveries.append(delivery)
        if number % _DECODE_CHUNK == 0:
            time.sleep(_DECODE_YIELD_SECONDS)
    return deliveries

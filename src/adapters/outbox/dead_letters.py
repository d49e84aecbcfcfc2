"""Dead letters: rows that the database refuses, or that are damaged; they are kept, and do not block the others."""

import logging
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from adapters.outbox.channel import Channel
from adapters.outbox.rows import CHANNELS, PREDICTIONS, DamagedRow
from adapters.outbox.serialization import Delivery, from_epoch_us, group_deliveries
from adapters.outbox.sqlite_file import OutboxFile, OutboxFileError
from adapters.shared.text import sanitize_text
from delay_core.errors import StoreError, UnknownDeadLetter
from delay_core.ports import dead_letters as port
from delay_core.ports.dead_letters import DeadLetter

_LOG = logging.getLogger("delay.outbox")
_MAX_PROBES = 3
_MAX_REASON_LETTERS = 500


class PoisonIsolation:
    """Finds out, after a batch failed, which of its rows the database refuses."""

    def __init__(self, file: OutboxFile, deliver: Callable[[Channel, Sequence[Delivery]], None]) -> None:
        """`deliver` writes neighbors to the database and deletes them in the outbox."""
        self._file = file
        self._deliver = deliver
        self._random = random.Random()  # noqa: S311 - which rows are probed is not secret

    def isolate(self, channel: Channel, deliveries: Sequence[Delivery], error: Exception) -> None:
        """Make dead letters of the rows that cannot be stored, and deliver the others.

        A row cannot be stored if it fails alone, twice, while another row of the channel is stored. If no row can be
        stored, the database is unavailable, and all rows stay pending: raises the error.
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
                except OutboxFileError:
                    raise
                except Exception as second_failure:  # noqa: BLE001 - as above
                    reason = second_failure
                else:
                    continue
                channel.deliver([delivered.record])  # stored already: it fails only if the database is unavailable now
            channel.mark_down(reason)
            _make_dead_letter(self._file, delivery, reason)
        channel.database_down = False

    def _probe_any(self, channel: Channel, deliveries: Sequence[Delivery]) -> Delivery | None:
        """A row that can be stored now: a first one of its shipment, or the newest one in case those are refused.

        A first row does not overtake another row of its shipment.
        """
        firsts = _first_of_each_shipment(deliveries)
        probes = self._random.sample(firsts, min(_MAX_PROBES, len(firsts)))
        with self._file.read() as store:
            newest = group_deliveries(store.peek_newest(channel.name))
            probes += [delivery for delivery in newest if not isinstance(delivery.record, DamagedRow)]
        for delivery in probes:
            try:
                self._deliver(channel, [delivery])
            except OutboxFileError:
                raise
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
        except OutboxFileError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            if len(deliveries) == 1:
                yield deliveries[0], error
                return
            middle = len(deliveries) // 2
            yield from self._bisect_failures(channel, deliveries[:middle])
            yield from self._bisect_failures(channel, deliveries[middle:])


def keep_damaged(file: OutboxFile, deliveries: Iterable[Delivery]) -> bool:
    """Make dead letters of the damaged rows among these; whether there are any."""
    damaged = [delivery for delivery in deliveries if isinstance(delivery.record, DamagedRow)]
    for delivery in damaged:
        with file.write() as store:
            store.make_dead_letters(delivery.sequence_numbers, delivery.record.reason[:_MAX_REASON_LETTERS])
            store.release(*delivery.sequence_numbers)
        _LOG.error("row %d of the outbox is a dead letter: %s", *delivery.sequence_numbers, delivery.record.reason)
    return bool(damaged)


def keep_rows_without_channel(file: OutboxFile) -> None:
    """Make dead letters of the rows whose channel's name is damaged: nothing would forward them.

    They belong to the channel of their kind from then on, and are delivered when dead letters are retried, unless more
    of the row is damaged. A row whose checksum matches is of a channel of a newer version, and stays pending.
    """
    with file.read() as store:
        rows = store.peek_without_channel()
    for row in rows:
        if row.matches_checksum():
            continue
        reason = f"the name of its channel is damaged in the outbox's file: {sanitize_text(str(row.channel))!r}"
        with file.write() as store:
            store.move(row.seq, CHANNELS.get(row.kind, PREDICTIONS))
            store.make_dead_letters([row.seq], reason[:_MAX_REASON_LETTERS])
        _LOG.error("row %d of the outbox is a dead letter: %s", row.seq, reason)


def retry(file: OutboxFile, channel: Channel, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Deliver dead letters; those that the database accepts, which are no dead letters any more."""
    accepted = []
    for delivery in deliveries:
        if isinstance(delivery.record, DamagedRow):
            continue  # nothing makes it readable
        try:
            delivered = channel.deliver([delivery.record])
        except Exception as error:  # noqa: BLE001 - it stays a dead letter
            _make_dead_letter(file, delivery, error)
        else:
            with file.write_relaxed() as store:
                store.delete(delivery.sequence_numbers)
                store.remember(delivered.answers)
                store.count_superseded(delivered.superseded)
            accepted.append(delivery)
    return accepted


def _make_dead_letter(file: OutboxFile, delivery: Delivery, reason: Exception) -> None:
    with file.write() as store:
        store.make_dead_letters(delivery.sequence_numbers, " ".join(str(reason).split())[:_MAX_REASON_LETTERS])


def _first_of_each_shipment(deliveries: Sequence[Delivery]) -> list[Delivery]:
    seen: set[str] = set()
    firsts = []
    for delivery in deliveries:
        shipments = delivery.shipments()
        if not shipments & seen:
            firsts.append(delivery)
        seen |= shipments
    return firsts


class DeadLetters(port.DeadLetters):
    """The dead letters of all channels that were opened."""

    def __init__(self, file: OutboxFile, channels: Iterable[Channel]) -> None:
        self._file = file
        self._channels = {channel.name: channel for channel in channels}

    def read(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        return [letter for letter, _ in self._select(numbers)]

    def retry(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        return [
            letter
            for letter, delivery in self._select(numbers)
            if retry(self._file, self._channels[letter.log], [delivery])
        ]

    def discard(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        selected = self._select(numbers)
        with self._file.write() as store:
            for _, delivery in selected:
                store.delete(delivery.sequence_numbers)
        return [letter for letter, _ in selected]

    def _select(self, numbers: Collection[int] | None) -> list[tuple[DeadLetter, Delivery]]:
        """The dead letters with these numbers (None: all), by number. Raises UnknownDeadLetter."""
        letters: dict[int, tuple[DeadLetter, Delivery]] = {}
        with self._file.read() as store:
            reasons = store.reasons()
            for name in self._channels:
                for delivery in group_deliveries(store.dead_letters(name)):
                    number = delivery.sequence_numbers[0]
                    at, reason = reasons[number]
                    rows, shipments = len(delivery.sequence_numbers), tuple(sorted(delivery.shipments()))
                    letters[number] = DeadLetter(number, name, from_epoch_us(at), rows, shipments, reason), delivery
        unknown = sorted(set(numbers or ()) - letters.keys())
        if unknown:
            raise UnknownDeadLetter(f"the outbox has no dead letter {', '.join(map(str, unknown))}")
        return [letters[number] for number in sorted(letters if numbers is None else set(numbers))]

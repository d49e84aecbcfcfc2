"""The logs with an outbox: each adds to its inner log, or to the outbox while the database is unavailable."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from adapters.outbox.outbox import Outbox
from adapters.outbox.recent_answers import RecentAnswers
from adapters.outbox.serialization import (
    OutboxRow,
    decode_answer,
    decode_prediction,
    encode_audit_entry,
    encode_outcome,
    encode_prediction,
    encode_request,
)
from adapters.outbox.store import OutboxStore
from delay_core.errors import StoreError
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.outcome_log import Outcome, OutcomeLog, PredictionWithOutcome
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction, PredictionLog
from delay_core.ports.prediction_reader import DailyPredictions, PredictionFilter, PredictionPage, PredictionReader
from delay_core.ports.prediction_retention import PredictionRetention

_PREDICTIONS, _OUTCOMES, _AUDIT = "predictions", "outcomes", "audit"


class OutboxPredictionLog(PredictionLog):
    """Adds to the inner log or to the outbox. Raises OutboxFull, too, when the outbox is full.

    While the database is unavailable, a key is known if it was answered by this process, or by one with the same
    outbox since then.
    """

    def __init__(self, outbox: Outbox, inner: PredictionLog, *, append_times_out: bool = False) -> None:
        """`append_times_out`: the inner `append` raises StoreError if its database does not answer in time."""
        self._outbox = outbox
        self._inner = inner
        self._append_times_out = append_times_out
        self._channel = outbox.open_channel(_PREDICTIONS, self._deliver)
        self._recent = RecentAnswers()
        self._keyed = Lock()

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return

        def spool(store: OutboxStore) -> None:
            self._channel.enqueue(store, [encode_prediction(prediction) for prediction in batch])

        self._channel.write_through(lambda: self._inner.append(batch), spool, write_times_out=self._append_times_out)

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []

        def spool(store: OutboxStore) -> list[KeyedAnswer]:
            answers: dict[str, KeyedAnswer] = {}
            rows: list[OutboxRow] = []
            for request in requests:
                key = request.answer.key
                if key in answers:
                    continue
                known = self._find_locally(store, key)
                answers[key] = known or request.answer
                if known is None:
                    rows += encode_request(request)
            self._channel.enqueue(store, rows)
            return [answers[request.answer.key] for request in requests]

        # One call at a time: of two requests with the same key, one could go to the database, the other to the outbox.
        with self._keyed:
            answers = self._channel.write_through(lambda: self._inner.append_once(requests), spool)
            self._recent.add(answers)
        return answers

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        self._inner.append_superseded(batch)

    def find_answer(self, key: str) -> KeyedAnswer | None:
        with self._outbox.file.read() as store:
            payload = store.find_answer(key)
            erasure_epoch = store.erasure_epoch()
        if payload is not None:
            return decode_answer(payload)
        if not self._channel.database_down:
            try:
                return self._channel.call(lambda: self._inner.find_answer(key))
            except StoreError:
                pass  # the channel has it as its last error
        return self._recent.get(key, erasure_epoch)

    def _find_locally(self, store: OutboxStore, key: str) -> KeyedAnswer | None:
        payload = store.find_answer(key)
        return decode_answer(payload) if payload is not None else self._recent.get(key, store.erasure_epoch())

    def _deliver(self, records: Sequence[LoggedPrediction | KeyedRequest]) -> None:
        predictions = [record for record in records if isinstance(record, LoggedPrediction)]
        requests = [record for record in records if isinstance(record, KeyedRequest)]
        if predictions:
            self._inner.append(predictions)
        if requests:
            self._recent.add(self._inner.append_once(requests))


class OutboxPredictionReader(PredictionReader):
    """Finds predictions by id in the outbox, too; pages, counts and windows are those of the inner reader."""

    def __init__(self, outbox: Outbox, inner: PredictionReader) -> None:
        self._file = outbox.file
        self._inner = inner

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        # The outbox first: a row that is delivered between the two lookups is found in the database.
        with self._file.read() as store:
            payload = store.find_prediction(prediction_id.bytes)
        return self._inner.get(prediction_id) if payload is None else decode_prediction(payload)

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        with self._file.read() as store:
            payloads = {one: store.find_prediction(one.bytes) for one in set(prediction_ids)}
        pending = {one: decode_prediction(payload) for one, payload in payloads.items() if payload is not None}
        missing = payloads.keys() - pending.keys()
        return {**pending, **self._inner.get_many(missing)} if missing else pending

    def read_page(self, conditions: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        return self._inner.read_page(conditions, limit, cursor)

    def count_by_day(self, since: date, until: date) -> list[DailyPredictions]:
        return self._inner.count_by_day(since, until)

    def read_window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        return self._inner.read_window(since, until, model_name)


class OutboxPredictionRetention(PredictionRetention):
    """Deletes in the outbox of this machine, then in the database."""

    def __init__(self, outbox: Outbox, inner: PredictionRetention) -> None:
        self._outbox = outbox
        self._inner = inner

    def erase(self, shipment_id: str) -> int:
        return self._outbox.erase(_PREDICTIONS, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._outbox.drop_before(_PREDICTIONS, moment, self._inner.drop_before)


class OutboxOutcomeLog(OutcomeLog):
    """Adds to the inner log or to the outbox, and deletes in both. Reads the inner log alone."""

    def __init__(self, outbox: Outbox, inner: OutcomeLog) -> None:
        self._outbox = outbox
        self._inner = inner
        self._channel = outbox.open_channel(_OUTCOMES, inner.append)

    def append(self, batch: Sequence[Outcome]) -> None:
        if batch:
            rows = [encode_outcome(outcome) for outcome in batch]
            self._channel.write_through(
                lambda: self._inner.append(batch), lambda store: self._channel.enqueue(store, rows)
            )

    def history(self, shipment_id: str) -> list[Outcome]:
        return self._inner.history(shipment_id)

    def join_predictions(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        return self._inner.join_predictions(since, until, model_name)

    def erase(self, shipment_id: str) -> int:
        return self._outbox.erase(_OUTCOMES, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._outbox.drop_before(_OUTCOMES, moment, self._inner.drop_before)


class OutboxAuditLog(AuditLog):
    """Adds to the inner log or to the outbox. Reads the inner log alone."""

    def __init__(self, outbox: Outbox, inner: AuditLog) -> None:
        self._inner = inner
        self._channel = outbox.open_channel(_AUDIT, inner.append)

    def append(self, batch: Sequence[AuditEntry]) -> None:
        if batch:
            rows = [encode_audit_entry(entry) for entry in batch]
            self._channel.write_through(
                lambda: self._inner.append(batch), lambda store: self._channel.enqueue(store, rows)
            )

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        return self._inner.newest(limit)

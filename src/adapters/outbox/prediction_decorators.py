"""The prediction log with an outbox, its reader, and its retention."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from adapters.outbox.channel import Delivered
from adapters.outbox.outbox import Outbox
from adapters.outbox.prediction_stream import OutboxPredictionStream
from adapters.outbox.rows import PREDICTIONS
from adapters.outbox.serialization import decode_if_intact, encode_answer, encode_prediction, encode_request
from adapters.outbox.store import OutboxStore
from delay_core.errors import StoreError
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction, PredictionLog
from delay_core.ports.prediction_reader import (
    DailyPredictions,
    PredictionFilter,
    PredictionPage,
    PredictionReader,
    PredictionSample,
)
from delay_core.ports.prediction_retention import PredictionRetention
from delay_core.ports.prediction_stream import PredictionStream

_LOG = logging.getLogger("delay.outbox")


class OutboxPredictionLog(PredictionLog):
    """Adds to the inner log or to the outbox. Raises OutboxFull, too, when the outbox is full.

    While the database is unavailable, a key is known if it was answered by a process with the same outbox: since then,
    or shortly before. If another replica has answered it, too, the database keeps the predictions of the one that is
    forwarded later as superseded.
    """

    def __init__(self, outbox: Outbox, inner: PredictionLog, *, append_times_out: bool = False) -> None:
        """`append_times_out`: the inner `append` raises StoreError if its database does not answer in time."""
        self._outbox = outbox
        self._inner = inner
        self._append_times_out = append_times_out
        self._channel = outbox.open_channel(PREDICTIONS, self._deliver)
        self._keyed = Lock()

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return

        def spool(store: OutboxStore) -> None:
            self._channel.enqueue(store, [encode_prediction(prediction) for prediction in batch])

        self._channel.write_through(lambda: self._inner.append(batch), spool, write_times_out=self._append_times_out)

    def open_stream(self) -> PredictionStream | None:
        self._channel.may_write_directly()  # opens the outbox's file, for which an event loop should not wait
        inner = self._inner.open_stream()
        return None if inner is None else OutboxPredictionStream(inner, self._channel)

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []

        known: dict[str, KeyedAnswer] = {}

        def write() -> list[KeyedAnswer]:
            new = [request for request in requests if request.answer.key not in known]
            return self._inner.append_once(new) if new else []

        def spool(store: OutboxStore) -> list[KeyedAnswer]:
            self._outbox.forwarder.save_answers(store)
            for request in requests:
                key = request.answer.key
                answer = decode_if_intact(KeyedAnswer, store.find_answer(key))
                if answer is None:
                    store.release_answer(key)  # if there is one, it is damaged
                    answer = decode_if_intact(KeyedAnswer, store.find_recent_answer(key))
                if answer is not None:
                    known[key] = answer
            new: dict[str, KeyedRequest] = {}
            for request in requests:
                if request.answer.key not in known:
                    new.setdefault(request.answer.key, request)
            self._channel.enqueue(store, [row for request in new.values() for row in encode_request(request)])
            known.update((key, request.answer) for key, request in new.items())
            return []

        # One call at a time: of two requests with the same key, one could go to the database, the other to the outbox.
        with self._keyed:
            written = self._channel.write_through(write, spool)
            self._outbox.forwarder.remember(written)
        answers = known | {answer.key: answer for answer in written}
        return [answers[request.answer.key] for request in requests]

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        self._inner.append_superseded(batch)

    def find_answer(self, key: str) -> KeyedAnswer | None:
        answer = decode_if_intact(KeyedAnswer, self._outbox.file.look_up(lambda store: store.find_answer(key)))
        if answer is None and not self._channel.database_down:
            try:
                return self._channel.call(lambda: self._inner.find_answer(key))
            except StoreError:
                pass  # the channel has it as its last error
        if answer is not None:
            return answer
        return decode_if_intact(KeyedAnswer, self._outbox.file.look_up(lambda store: store.find_recent_answer(key)))

    def _deliver(self, records: Sequence[LoggedPrediction | KeyedRequest]) -> Delivered:
        parts = [self._deliver_part(predictions, requests) for predictions, requests in _split_in_order(records)]
        return Delivered([row for part in parts for row in part.answers], sum(part.superseded for part in parts))

    def _deliver_part(self, predictions: Sequence[LoggedPrediction], requests: Sequence[KeyedRequest]) -> Delivered:
        if predictions:
            self._inner.append(predictions)
        if not requests:
            return Delivered()
        answers = self._inner.append_once(requests)
        superseded = [
            replace(prediction, superseded_by=answer.request_id)
            for request, answer in zip(requests, answers, strict=True)
            if answer.request_id != request.answer.request_id
            for prediction in request.predictions
        ]
        if superseded:
            self._inner.append_superseded(superseded)
            _LOG.warning("%d predictions are superseded: another replica answered their keys before", len(superseded))
        return Delivered([encode_answer(answer) for answer in answers], len(superseded))


def _split_in_order(
    records: Sequence[LoggedPrediction | KeyedRequest],
) -> Iterator[tuple[list[LoggedPrediction], list[KeyedRequest]]]:
    """Parts that can be written predictions first: in none of them a request precedes a prediction of its shipment."""
    predictions: list[LoggedPrediction] = []
    requests: list[KeyedRequest] = []
    requested: set[str | None] = set()
    for record in records:
        if isinstance(record, KeyedRequest):
            requests.append(record)
            requested.update(prediction.shipment_id for prediction in record.predictions)
            continue
        if record.shipment_id is not None and record.shipment_id in requested:
            yield predictions, requests
            predictions, requests, requested = [], [], set()
        predictions.append(record)
    yield predictions, requests


class OutboxPredictionReader(PredictionReader):
    """Finds predictions by id in the outbox, too; pages, counts and windows are those of the inner reader."""

    def __init__(self, outbox: Outbox, inner: PredictionReader) -> None:
        self._file = outbox.file
        self._inner = inner

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        # The outbox first: a row that is delivered between the two lookups is found in the database.
        row = self._file.look_up(lambda store: store.find_prediction(prediction_id.bytes))
        return decode_if_intact(LoggedPrediction, row) or self._inner.get(prediction_id)

    def get_many(self, prediction_ids: Collection[UUID]) -> Mapping[UUID, LoggedPrediction]:
        ids = set(prediction_ids)
        rows = self._file.look_up(lambda store: {one: store.find_prediction(one.bytes) for one in ids}) or {}
        decoded = {one: decode_if_intact(LoggedPrediction, row) for one, row in rows.items()}
        pending = {one: prediction for one, prediction in decoded.items() if prediction is not None}
        missing = ids - pending.keys()
        return {**pending, **self._inner.get_many(missing)} if missing else pending

    def read_page(self, conditions: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        return self._inner.read_page(conditions, limit, cursor)

    def count_by_day(self, since: date, until: date) -> list[DailyPredictions]:
        return self._inner.count_by_day(since, until)

    def read_window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        return self._inner.read_window(since, until, model_name)

    def read_sample(self, since: datetime, until: datetime, model_name: str, max_rows: int) -> PredictionSample:
        return self._inner.read_sample(since, until, model_name, max_rows)


class OutboxPredictionRetention(PredictionRetention):
    """Deletes in the outbox of this machine, then in the database."""

    def __init__(self, outbox: Outbox, inner: PredictionRetention) -> None:
        self._outbox = outbox
        self._inner = inner

    def erase(self, shipment_id: str) -> int:
        return self._outbox.erase(PREDICTIONS, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._outbox.drop_before(PREDICTIONS, moment, self._inner.drop_before)

    def drop_answers_before(self, moment: datetime) -> int:
        """Answers in the outbox stay until they are forwarded with their predictions."""
        return self._inner.drop_answers_before(moment)

"""The prediction log before which the journal stands."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from sqlite3 import Connection
from threading import Lock
from uuid import UUID

from adapters.outbox import entries
from adapters.outbox.journal import Journal
from adapters.outbox.memory import Memory
from adapters.outbox.rows import Row, answer_of, prediction_of, prediction_row, request_rows
from delay_core.errors import StoreError
from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import (
    DailyPredictions,
    KeyedAnswer,
    KeyedRequest,
    LoggedPrediction,
    PredictionFilter,
    PredictionPage,
)

_LANE = "predictions"


class PredictionLog(port.PredictionLog):
    """Adds to the inner log, or to the journal while that one is away. Raises OutboxFull when the journal is full, too.

    Pages, counts and windows tell what the inner log holds. While it is away, a key is known where it was answered:
    by this process, or by one with the same journal.
    """

    def __init__(self, journal: Journal, inner: port.PredictionLog, *, gives_up: bool = False) -> None:
        """`gives_up`: the inner `append` raises by itself where its database falls silent."""
        self._gives_up = gives_up
        self._journal = journal
        self._inner = inner
        self._lane = journal.lane(_LANE, self._deliver)
        self._memory = Memory()
        self._keyed = Lock()

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return

        def keep(connection: Connection) -> None:
            self._lane.put(connection, [prediction_row(one) for one in batch])

        self._lane.write(lambda: self._inner.append(batch), keep, gives_up=self._gives_up)

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []

        def keep(connection: Connection) -> list[KeyedAnswer]:
            answers: dict[str, KeyedAnswer] = {}
            rows: list[Row] = []
            for request in requests:
                key = request.answer.key
                if key in answers:
                    continue
                held = self._known(connection, key)
                answers[key] = held or request.answer
                if held is None:
                    rows += request_rows(request)
            self._lane.put(connection, rows)
            return [answers[request.answer.key] for request in requests]

        # One at a time: of two that bear the same key, one might be told to the database and the other to the journal.
        with self._keyed:
            answers = self._lane.write(lambda: self._inner.append_once(requests), keep)
            self._memory.remember(answers)
        return answers

    def answer_to(self, key: str) -> KeyedAnswer | None:
        with self._journal.file.reading() as connection:
            kept = entries.answer(connection, key)
            erasures = entries.erasures(connection)
        if kept is not None:
            return answer_of(kept)
        if not self._lane.away:
            try:
                return self._lane.call(lambda: self._inner.answer_to(key))
            except StoreError:
                pass  # told by the lane
        return self._memory.answer_to(key, erasures)

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        # In this order: what is drained meanwhile is then seen in one place at least.
        with self._journal.file.reading() as connection:
            kept = entries.prediction(connection, prediction_id.bytes)
        return self._inner.get(prediction_id) if kept is None else prediction_of(kept)

    def page(self, wanted: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        return self._inner.page(wanted, limit, cursor)

    def daily(self, since: date, until: date) -> list[DailyPredictions]:
        return self._inner.daily(since, until)

    def window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        return self._inner.window(since, until, model_name)

    def erase(self, shipment_id: str) -> int:
        return self._journal.erase(_LANE, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._journal.drop_before(_LANE, moment, self._inner.drop_before)

    def _known(self, connection: Connection, key: str) -> KeyedAnswer | None:
        kept = entries.answer(connection, key)
        if kept is not None:
            return answer_of(kept)
        return self._memory.answer_to(key, entries.erasures(connection))

    def _deliver(self, records: Sequence[LoggedPrediction | KeyedRequest]) -> None:
        predictions = [one for one in records if isinstance(one, LoggedPrediction)]
        requests = [one for one in records if isinstance(one, KeyedRequest)]
        if predictions:
            self._inner.append(predictions)
        if requests:
            self._memory.remember(self._inner.append_once(requests))

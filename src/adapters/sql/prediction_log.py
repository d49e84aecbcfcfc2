"""The prediction log in PostgreSQL or SQLite."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.sql import daily_counts, keyed_answers, months, paging
from adapters.sql.bulk import add_new, add_unknown
from adapters.sql.copying import count_and_copy
from adapters.sql.database import Database
from adapters.sql.keyset import c, newer_than
from adapters.sql.prediction_rows import prediction_of
from adapters.sql.serving_tables import serving_logs
from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import (
    DailyPredictions,
    KeyedAnswer,
    KeyedRequest,
    LoggedPrediction,
    PredictionFilter,
    PredictionPage,
)

BATCH = 2000
"""Predictions per batch of a window."""

T = TypeVar("T")
_Add = Callable[[Connection, Sequence[LoggedPrediction]], None]
"""Adds predictions and their counts, within the transaction."""


class PredictionLog(port.PredictionLog):
    """The tables `serving_logs` and `idempotency_keys`. Safe to share between threads."""

    def __init__(self, database: Database, patience: float | None = None) -> None:
        """`patience`: seconds, and some for each row, after which `append` takes silence for absence."""
        self._database = database
        self._patience = patience
        self._months = months.Months(database)

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return
        with self._database.told(f"log {len(batch)} predictions"):
            if self._database.embedded or not self._copied(batch):
                self._write(batch, lambda connection, add: add(connection, batch))

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []
        firsts = {request.answer.key: request for request in reversed(requests)}
        answers = [request.answer for request in firsts.values()]

        def write(connection: Connection, add: _Add) -> dict[str, KeyedAnswer]:
            free, taken = keyed_answers.settle(connection, answers)
            add(connection, [one for key in free for one in firsts[key].predictions])
            return {key: firsts[key].answer for key in free} | taken

        with self._database.told(f"log the predictions of {len(requests)} requests"):
            held = self._write([one for request in firsts.values() for one in request.predictions], write)
        return [held[request.answer.key] for request in requests]

    def answer_to(self, key: str) -> KeyedAnswer | None:
        with self._database.reading("look for the answer under a key") as connection:
            return keyed_answers.held(connection, [key]).get(key)

    def get(self, prediction_id: UUID) -> LoggedPrediction | None:
        with self._database.reading("read a prediction") as connection:
            row = connection.execute(select(serving_logs).where(c.id == prediction_id).limit(1)).mappings().first()
        return None if row is None else prediction_of(row)

    def page(self, wanted: PredictionFilter, limit: int = 100, cursor: str | None = None) -> PredictionPage:
        after = paging.checked(limit, cursor)
        with self._database.reading("read predictions") as connection:
            return paging.page(connection, wanted, limit, after)

    def daily(self, since: date, until: date) -> list[DailyPredictions]:
        with self._database.reading("count predictions") as connection:
            return daily_counts.daily(connection, since, until)

    def window(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[LoggedPrediction]]:
        wanted = select(serving_logs).where(c.timestamp < until).order_by(c.timestamp, c.id).limit(BATCH)
        if model_name is not None:
            wanted = wanted.where(c.model_name == model_name)
        following = wanted.where(c.timestamp >= since)
        while True:
            # A statement of its own each time: however long the reader takes, it keeps no transaction open.
            with self._database.reading("read a window of predictions") as connection:
                batch = [prediction_of(row) for row in connection.execute(following).mappings()]
            if batch:
                yield batch
            if len(batch) < BATCH:
                return
            following = wanted.where(newer_than((batch[-1].predicted_at, batch[-1].prediction_id)))

    def erase(self, shipment_id: str) -> int:
        with self._database.writing("erase a shipment's predictions") as connection:
            gone = connection.execute(delete(serving_logs).where(c.shipment_id == shipment_id).returning(*c))
            erased = [prediction_of(row) for row in gone.mappings()]
            daily_counts.add(connection, daily_counts.counted(erased), self._database.slot, sign=-1)
            keyed_answers.forget(connection, {one.request_id for one in erased if one.request_id is not None})
        return len(erased)

    def drop_before(self, moment: datetime) -> int:
        with self._database.writing("drop old predictions") as connection:
            keyed_answers.drop_before(connection, moment)
            old = delete(serving_logs).where(c.timestamp < moment)
            if self._database.embedded:
                dropped = connection.execute(old).rowcount
            else:
                dropped = months.drop(connection, old, moment)
            daily_counts.recount(connection, moment)
        return dropped

    def _copied(self, batch: Sequence[LoggedPrediction]) -> bool:
        """Add them in one message, if all of them are new and their months are there, as they nearly always are."""
        self._months.ensure(one.predicted_at for one in batch)
        try:
            with self._database.bare() as connection:
                count_and_copy(connection, batch, daily_counts.counted(batch), self._database.slot, self._patience)
        except IntegrityError:
            return False
        except DBAPIError as error:
            if not self._months.dropped(error):
                raise
            return False
        return True

    def _write(self, predictions: Sequence[LoggedPrediction], write: Callable[[Connection, _Add], T]) -> T:
        """What `write` gives, in a transaction that has a month for each prediction, and a way to add them."""
        moments = {prediction.predicted_at for prediction in predictions}
        self._months.ensure(moments)
        try:
            return self._written(write)
        except DBAPIError as error:
            if not self._months.dropped(error):
                raise
            self._months.ensure(moments)
            return self._written(write)

    def _written(self, write: Callable[[Connection, _Add], T]) -> T:
        try:
            with self._database.transaction() as connection:
                return write(connection, self._add_new)
        except IntegrityError:  # some of it was told before
            with self._database.transaction() as connection:
                return write(connection, self._add_unknown)

    def _add_new(self, connection: Connection, predictions: Sequence[LoggedPrediction]) -> None:
        if predictions:
            add_new(connection, predictions, self._database.slot)

    def _add_unknown(self, connection: Connection, predictions: Sequence[LoggedPrediction]) -> None:
        if predictions:
            add_unknown(connection, predictions, self._database.slot)

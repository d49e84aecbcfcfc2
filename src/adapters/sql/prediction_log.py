"""Writing predictions to PostgreSQL or SQLite."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.sql import idempotency
from adapters.sql.daily_counts import aggregate_by_day
from adapters.sql.database import Database
from adapters.sql.insert import insert_all, insert_missing
from adapters.sql.postgresql.batch_writer import write_batch
from adapters.sql.postgresql.partitions import MonthlyPartitions
from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction

T = TypeVar("T")
_Insert = Callable[[Connection, Sequence[LoggedPrediction]], None]
"""Inserts predictions and adds to their daily counts, within the transaction of the connection."""


class PredictionLog(port.PredictionLog):
    """The tables `serving_logs` and `idempotency_keys`. Safe to share between threads."""

    def __init__(self, database: Database, append_timeout: float | None = None) -> None:
        """`append_timeout`: seconds, plus some for each row, that `append` waits for an answer of PostgreSQL."""
        self._database = database
        self._append_timeout = append_timeout
        self._partitions = MonthlyPartitions(database)

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return
        with self._database.translate_errors(f"log {len(batch)} predictions"):
            if self._database.embedded or not self._try_copy(batch):
                self._insert(batch, lambda connection, insert: insert(connection, batch))

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []
        first_by_key = {request.answer.key: request for request in reversed(requests)}
        answers = [request.answer for request in first_by_key.values()]

        def write(connection: Connection, insert: _Insert) -> dict[str, KeyedAnswer]:
            claimed, existing = idempotency.claim_keys(connection, answers)
            insert(connection, [prediction for key in claimed for prediction in first_by_key[key].predictions])
            return {key: first_by_key[key].answer for key in claimed} | existing

        predictions = [prediction for request in first_by_key.values() for prediction in request.predictions]
        with self._database.translate_errors(f"log the predictions of {len(requests)} requests"):
            answer_by_key = self._insert(predictions, write)
        return [answer_by_key[request.answer.key] for request in requests]

    def find_answer(self, key: str) -> KeyedAnswer | None:
        with self._database.connect("look up an idempotency key") as connection:
            return idempotency.lookup(connection, [key]).get(key)

    def _try_copy(self, batch: Sequence[LoggedPrediction]) -> bool:
        """Write the batch in one message; False, with nothing written, if a row or no partition for it exists.

        Nearly always all rows are new and all partitions exist.
        """
        self._partitions.create_missing(prediction.predicted_at for prediction in batch)
        counts, slot = aggregate_by_day(batch), self._database.slot
        try:
            with self._database.driver_connection() as connection:
                write_batch(connection, batch, counts, slot, self._append_timeout)
        except IntegrityError:
            return False
        except DBAPIError as error:
            if not self._partitions.is_missing_partition(error):
                raise
            return False
        return True

    def _insert(self, predictions: Sequence[LoggedPrediction], write: Callable[[Connection, _Insert], T]) -> T:
        """Call `write` in a transaction, with partitions for all predictions and a function that inserts them."""
        moments = {prediction.predicted_at for prediction in predictions}
        self._partitions.create_missing(moments)
        try:
            return self._insert_in_transaction(write)
        except DBAPIError as error:
            if not self._partitions.is_missing_partition(error):
                raise
            self._partitions.create_missing(moments)
            return self._insert_in_transaction(write)

    def _insert_in_transaction(self, write: Callable[[Connection, _Insert], T]) -> T:
        slot = self._database.slot
        try:
            with self._database.begin_raw() as connection:
                return write(connection, lambda within, predictions: insert_all(within, predictions, slot))
        except IntegrityError:  # some rows exist already
            with self._database.begin_raw() as connection:
                return write(connection, lambda within, predictions: insert_missing(within, predictions, slot))

"""Writing predictions to PostgreSQL or SQLite."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.sql import idempotency
from adapters.sql.daily_counts import aggregate_by_day
from adapters.sql.database import Database
from adapters.sql.erasures import Erasures, lock_and_read
from adapters.sql.insert import insert_all, insert_missing, insert_superseded, oldest_of
from adapters.sql.postgresql import months
from adapters.sql.postgresql.batch_writer import write_batch
from adapters.sql.serving_tables import serving_logs
from delay_core.ports import prediction_log as port
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction
from delay_core.ports.prediction_stream import PredictionStream

T = TypeVar("T")


class PredictionLog(port.PredictionLog):
    """The tables `serving_logs` and `idempotency_keys`. Safe to share between threads."""

    def __init__(self, database: Database, append_timeout: float | None = None) -> None:
        """`append_timeout`: seconds, plus some for each row, that `append` waits for an answer of PostgreSQL."""
        self._database = database
        self._append_timeout = append_timeout

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return

        def write(transaction: "_Transaction") -> None:
            transaction.insert(
                [row for row in batch if not transaction.erasures.cover(row.shipment_id, row.predicted_at)]
            )

        with self._database.translate_errors(f"log {len(batch)} predictions"):
            if self._database.embedded or not self._try_copy(batch):
                self._insert(batch, write)

    def open_stream(self) -> PredictionStream | None:
        if self._append_timeout is None:
            return None
        with self._database.translate_errors("open a stream of predictions"):
            connection = self._database.detached_connection()
        if connection is None:
            return None
        from adapters.sql.postgresql import prediction_stream  # noqa: PLC0415 - SQLite does without the driver

        return prediction_stream.PredictionStream(connection, self._database.slot, self._append_timeout)

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        if not requests:
            return []
        first_by_key = {request.answer.key: request for request in reversed(requests)}
        predictions = [prediction for request in first_by_key.values() for prediction in request.predictions]

        def write(transaction: "_Transaction") -> dict[str, KeyedAnswer]:
            def erased(row: LoggedPrediction) -> bool:
                return transaction.erasures.cover(row.shipment_id, row.predicted_at)

            # The answer to a request with an erased shipment is not stored; its other predictions are.
            erased_ids = {row.request_id for row in predictions if erased(row)}
            answers = [one.answer for one in first_by_key.values() if one.answer.request_id not in erased_ids]
            claimed, existing = idempotency.claim_keys(transaction.connection, answers)
            written = claimed | {key for key, one in first_by_key.items() if one.answer.request_id in erased_ids}
            transaction.insert([row for key in written for row in first_by_key[key].predictions if not erased(row)])
            return {key: first_by_key[key].answer for key in written} | existing

        with self._database.translate_errors(f"log the predictions of {len(requests)} requests"):
            answer_by_key = self._insert(predictions, write)
        return [answer_by_key[request.answer.key] for request in requests]

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        if not batch:
            return
        with self._database.begin(f"log {len(batch)} superseded predictions") as connection:
            insert_superseded(connection, batch)

    def find_answer(self, key: str) -> KeyedAnswer | None:
        with self._database.connect("look up an idempotency key") as connection:
            return idempotency.lookup(connection, [key]).get(key)

    def _try_copy(self, batch: Sequence[LoggedPrediction]) -> bool:
        """Write the batch in one message; False, with nothing written, if it has to be written with checks.

        That is the case if a row or no partition for it exists, or if a shipment was erased since the oldest row.
        Nearly always all rows are new and all partitions exist.
        """
        counts, slot = aggregate_by_day(batch), self._database.slot
        try:
            with self._database.driver_connection() as connection:
                write_batch(connection, batch, counts, slot, self._append_timeout)
        except IntegrityError:
            return False
        except DBAPIError as error:
            if not months.is_missing(error):
                raise
            return False
        return True

    def _insert(self, predictions: Sequence[LoggedPrediction], write: Callable[["_Transaction"], T]) -> T:
        """Call `write` in a transaction, with partitions for all predictions and a function that inserts them."""
        try:
            return self._insert_in_transaction(predictions, write)
        except DBAPIError as error:
            if not months.is_missing(error):
                raise
            months.create_missing(self._database, (prediction.predicted_at for prediction in predictions))
            return self._insert_in_transaction(predictions, write)

    def _insert_in_transaction(
        self, predictions: Sequence[LoggedPrediction], write: Callable[["_Transaction"], T]
    ) -> T:
        slot = self._database.slot
        try:
            with self._database.begin_raw() as connection:
                return write(_Transaction(connection, Erasures(), lambda rows: insert_all(connection, rows, slot)))
        except IntegrityError:  # some rows exist already, or a shipment was erased since the oldest row
            with self._database.begin_raw() as connection:
                erasures = lock_and_read(connection, [serving_logs], oldest_of(predictions))
                return write(_Transaction(connection, erasures, lambda rows: insert_missing(connection, rows, slot)))


class _Transaction(NamedTuple):
    """A transaction that inserts predictions; with `erasures`, those that they cover have to be left out."""

    connection: Connection
    erasures: Erasures
    insert: Callable[[Sequence[LoggedPrediction]], None]

"""Predictions over PostgreSQL's asynchronous commands: no thread waits for the server.

The calls are those of libpq, as its documentation describes them for event loops:
https://www.postgresql.org/docs/current/libpq-async.html.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import ExecStatus

from adapters.sql.daily_counts import aggregate_by_day
from adapters.sql.postgresql.batch_writer import MAX_INSERT_ROWS, insert_statement
from adapters.sql.postgresql.deadline_connection import DeadlineConnection
from adapters.sql.postgresql.json_format import counts_json, predictions_json
from delay_core.errors import StoreError
from delay_core.ports import prediction_stream as port
from delay_core.ports.prediction_log import LoggedPrediction

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

_NAME = "append_predictions"
_PREPARE = f"PREPARE {_NAME} (timestamptz, json, json) AS {insert_statement('$1', '$2', '$3')}"


class PredictionStream(port.PredictionStream):
    """One prepared statement on a connection of its own. Each batch is a transaction."""

    def __init__(self, connection: DeadlineConnection, slot: int, timeout_seconds: float) -> None:
        """Prepares the statement. `slot`: the daily counts to add to. Closes the connection if it raises."""
        self._connection = connection
        self._slot = slot
        self._timeout_seconds = timeout_seconds
        self._result: PGresult | None = None
        try:
            with self._translate_errors(), connection.deadline(timeout_seconds):
                connection.execute(_PREPARE)
        except StoreError:
            connection.close()
            raise

    @property
    def timeout_seconds(self) -> float:
        return self._timeout_seconds

    def fileno(self) -> int:
        return self._connection.fileno()

    def send(self, batch: Sequence[LoggedPrediction]) -> bool:
        if len(batch) > MAX_INSERT_ROWS:
            return False
        oldest = min(prediction.predicted_at for prediction in batch).isoformat()
        values = (oldest, counts_json(aggregate_by_day(batch), self._slot), predictions_json(batch))
        with self._translate_errors():
            self._connection.pgconn.send_query_prepared(_NAME.encode(), [value.encode() for value in values])
        return True

    def flush(self) -> bool:
        with self._translate_errors():
            return self._connection.pgconn.flush() == 0

    def receive(self) -> bool:
        server = self._connection.pgconn
        with self._translate_errors():
            server.consume_input()
            while not server.is_busy():
                result = server.get_result()
                if result is None:  # the transaction has ended
                    return self._take_result()
                self._result = result
        return False

    def close(self) -> None:
        self._connection.close()

    def _take_result(self) -> bool:
        """Whether a batch was written; False if none was sent."""
        result, self._result = self._result, None
        if result is None:
            return False
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
        if not result.command_tuples:
            raise StoreError("a shipment was erased since the oldest prediction of the batch")
        return True

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise StoreError(f"the stream of predictions was interrupted: {error}") from error

"""Writing predictions and their daily counts to PostgreSQL in one message.

The message has three statements: the upsert of the counts, a COPY, or for few rows an INSERT, and the check of erasures
after it (see adapters/sql/erasures.py). Outside a transaction
such a message is a transaction of its own, so neither BEGIN nor COMMIT travels: waiting for responses of the server is
most of the cost of a small batch.
"""

from __future__ import annotations  # names that only a type checker imports need no quotes

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, OperationalError

from adapters.sql.daily_counts import COUNT_COLUMNS, DailyKey, DailyTotals
from adapters.sql.postgresql.copy_format import COPY_COLUMNS, copy_line, quote_literal, values_row

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGconn

    from delay_core.ports.prediction_log import LoggedPrediction

MAX_INSERT_ROWS = 24
"""Rows up to which an INSERT is faster than a COPY."""

_CHUNK_LINES = 100  # sent at a time: the server parses them while the next ones are formatted
_MAX_CHUNK_BYTES = 2**20
_SECONDS_PER_ROW = 0.005  # added to the timeout

_SUMS = ", ".join(f"{name} = serving_daily.{name} + excluded.{name}" for name in COUNT_COLUMNS)
_COUNT = f"INSERT INTO serving_daily (day, model_name, model_version, slot, {', '.join(COUNT_COLUMNS)}) VALUES "  # noqa: S608 - constant names
_ON_CONFLICT_ADD = f" ON CONFLICT (day, model_name, model_version, slot) DO UPDATE SET {_SUMS}; "
_INSERT = f"INSERT INTO serving_logs ({', '.join(COPY_COLUMNS)}) VALUES "  # noqa: S608 - constant names
_CHECK = "; SELECT refuse_erasures_since('{}')"
_COPY = f"COPY serving_logs ({', '.join(COPY_COLUMNS)}) FROM STDIN"


def write_batch(
    connection: psycopg.Connection,
    predictions: Sequence[LoggedPrediction],
    counts: Mapping[DailyKey, DailyTotals],
    slot: int,
    timeout: float | None = None,
) -> None:
    """Write the predictions and add to their counts.

    Raises IntegrityError, with nothing written, if one exists, or if a shipment was erased since the oldest one. Raises
    OperationalError if the server has not answered after `timeout` seconds plus some for each row; it is unknown
    then whether the batch was written.
    """
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    count_rows = ", ".join(_count_row(key, totals, slot) for key, totals in sorted(counts.items()))
    try:
        as_insert = len(predictions) <= MAX_INSERT_ROWS
        statement = f"{_INSERT}{', '.join(map(values_row, predictions))}" if as_insert else _COPY
        check = _CHECK.format(min(prediction.predicted_at for prediction in predictions))
        message = f"{_COUNT}{count_rows}{_ON_CONFLICT_ADD}{statement}{check}".encode()
        seconds = None if timeout is None else timeout + _SECONDS_PER_ROW * len(predictions)
        connection.wait(_send(connection.pgconn, message, predictions), timeout=seconds)
    except (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation) as error:
        raise IntegrityError(_COPY, None, error) from error
    except psycopg.Error as error:
        if connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            connection.close()  # a late response would be read as that of the next statement
        raise OperationalError(_COPY, None, error) from error
    except BaseException:
        connection.close()  # in the middle of a COPY: the server rolls it back
        raise


def _send(pgconn: PGconn, message: bytes, predictions: Sequence[LoggedPrediction]) -> PQGen[None]:
    from psycopg.errors import error_from_result  # noqa: PLC0415 - as above
    from psycopg.generators import copy_to, execute  # noqa: PLC0415 - as above
    from psycopg.pq import ExecStatus  # noqa: PLC0415 - as above

    pgconn.send_query(message)
    results = yield from execute(pgconn)
    if results[-1].status == ExecStatus.COPY_IN:
        for first in range(0, len(predictions), _CHUNK_LINES):
            data = "".join(map(copy_line, predictions[first : first + _CHUNK_LINES])).encode()
            for start in range(0, len(data), _MAX_CHUNK_BYTES):
                yield from copy_to(pgconn, data[start : start + _MAX_CHUNK_BYTES], flush=False)
        pgconn.put_copy_end()
        results = yield from execute(pgconn)
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result)


def _count_row(key: DailyKey, totals: DailyTotals, slot: int) -> str:
    numbers = ", ".join(map(repr, totals))
    return f"('{key.day}', {quote_literal(key.model_name)}, {key.model_version}, {slot}, {numbers})"

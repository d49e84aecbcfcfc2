"""Counting and adding predictions in one message to PostgreSQL: of two statements, the second is the COPY, or for a
few rows the INSERT.

Outside of a transaction the message is one of its own, so that neither BEGIN nor COMMIT has to travel: of what a small
batch costs, most is waiting for the server to answer.
"""

from __future__ import annotations  # names that only a type checker imports stand unquoted

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, OperationalError

from adapters.sql.copied import COPIED, line, literal, values
from adapters.sql.daily_counts import COUNTS, Counts, Key
from delay_core.ports.prediction_log import LoggedPrediction

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGconn

_LINES = 100  # sent at a time: the server works on some while we make the next
_A_ROW = 0.005  # s of patience
_MOST = 2**20  # bytes, in one piece
_ADDED = ", ".join(f"{name} = serving_daily.{name} + excluded.{name}" for name in COUNTS)
_COUNT = f"INSERT INTO serving_daily (day, model_name, model_version, slot, {', '.join(COUNTS)}) VALUES "  # noqa: S608 - our own names
_OR_ADD = f" ON CONFLICT (day, model_name, model_version, slot) DO UPDATE SET {_ADDED}; "
_FEW = 24  # rows, up to which an INSERT is sooner done
_INSERT = f"INSERT INTO serving_logs ({', '.join(COPIED)}) VALUES "  # noqa: S608 - our own names
_COPY = f"COPY serving_logs ({', '.join(COPIED)}) FROM STDIN"


def count_and_copy(
    connection: psycopg.Connection,
    predictions: Sequence[LoggedPrediction],
    counts: Mapping[Key, Counts],
    slot: int,
    patience: float | None = None,
) -> None:
    """Add the predictions and their counts. Raises IntegrityError where one is there already; then nothing is added.

    With `patience` a server that has not answered after so many seconds, and some for each row, counts as away: then
    nobody knows whether they were added.
    """
    import psycopg  # noqa: PLC0415 - SQLite's users are spared it

    rows = ", ".join(_row(key, count, slot) for key, count in sorted(counts.items()))
    try:
        few = len(predictions) <= _FEW
        add = f"{_INSERT}{', '.join(map(values, predictions))}" if few else _COPY
        message = f"{_COUNT}{rows}{_OR_ADD}{add}".encode()
        timeout = None if patience is None else patience + _A_ROW * len(predictions)
        connection.wait(_sent(connection.pgconn, message, predictions), timeout=timeout)
    except psycopg.errors.UniqueViolation as error:
        raise IntegrityError(_COPY, None, error) from error
    except psycopg.Error as error:
        if connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            connection.close()  # it may answer later, and nobody listens then
        raise OperationalError(_COPY, None, error) from error
    except BaseException:
        connection.close()  # in the middle of a COPY: the server takes it back
        raise


def _sent(pgconn: PGconn, message: bytes, predictions: Sequence[LoggedPrediction]) -> PQGen[None]:
    from psycopg.errors import error_from_result  # noqa: PLC0415 - as above
    from psycopg.generators import copy_to, execute  # noqa: PLC0415 - as above
    from psycopg.pq import ExecStatus  # noqa: PLC0415 - as above

    pgconn.send_query(message)
    results = yield from execute(pgconn)
    if results[-1].status == ExecStatus.COPY_IN:
        for start in range(0, len(predictions), _LINES):
            data = "".join(map(line, predictions[start : start + _LINES])).encode()
            for begin in range(0, len(data), _MOST):
                yield from copy_to(pgconn, data[begin : begin + _MOST], flush=False)
        pgconn.put_copy_end()
        results = yield from execute(pgconn)
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result)


def _row(key: Key, counts: Counts, slot: int) -> str:
    return f"('{key.day}', {literal(key.model_name)}, {key.model_version}, {slot}, {', '.join(map(repr, counts))})"

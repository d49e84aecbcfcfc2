"""Writing predictions and their daily counts to PostgreSQL in few round trips; all values are bound or copied.

Nothing is written if a shipment was erased since the oldest prediction (see adapters/sql/erasures.py). Few rows are one
statement, which is a transaction of its own: waiting for responses of the server is most of the cost of a small batch.
Its rows and counts are two JSON texts, which drivers and server take faster than many parameters or arrays. Many rows
are a COPY in a transaction.
"""

from __future__ import annotations  # names that only a type checker imports need no quotes

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from adapters.sql.daily_counts import COUNT_COLUMNS, DailyKey, DailyTotals
from adapters.sql.postgresql.copy_format import COPY, HEADER, TRAILER, copy_row
from adapters.sql.postgresql.json_format import COUNT_TYPES, PREDICTION_TYPES, counts_json, predictions_json

if TYPE_CHECKING:
    from adapters.sql.postgresql.deadline_connection import DeadlineConnection
    from delay_core.ports.prediction_log import LoggedPrediction

MAX_INSERT_ROWS = 100
"""Rows up to which one INSERT is faster than a COPY, which takes more round trips."""

_CHUNK_ROWS = 100  # sent at a time: the server stores them while the next ones are formatted
_SECONDS_PER_ROW = 0.005  # added to the timeout


def _record(types: Mapping[str, str]) -> str:
    """The columns of a record that JSON is read into; `json` values are texts in it, whose digits stay as they are."""
    return ", ".join(f"{name} {'text' if kind == 'json' else kind}" for name, kind in types.items())


_SUMS = ", ".join(f"{name} = serving_daily.{name} + excluded.{name}" for name in COUNT_COLUMNS)
_VALUES = ", ".join(f"{name}::json" if kind == "json" else name for name, kind in PREDICTION_TYPES.items())


def _count_statement(counts: str, condition: str) -> str:
    """Adds to the counts; `counts` is the parameter's placeholder."""
    return (
        f"INSERT INTO serving_daily ({', '.join(COUNT_TYPES)}) "  # noqa: S608 - constant names
        f"SELECT counted.* FROM json_to_recordset({counts}::json) AS counted({_record(COUNT_TYPES)}) {condition} "
        f"ON CONFLICT (day, model_name, model_version, slot) DO UPDATE SET {_SUMS}"
    )


def insert_statement(oldest: str, counts: str, predictions: str) -> str:
    """Adds predictions and their counts, nothing if a shipment was erased since the oldest one.

    The arguments are the placeholders of three parameters: the time of the oldest prediction, and the texts of
    `counts_json` and `predictions_json`. A statement sees what was committed before it locked its tables. Reading
    `counts` makes the server count first, as COPY does below: no two writers of a process deadlock.
    """
    not_erased = f"WHERE NOT EXISTS (SELECT FROM erasures WHERE erased_at >= {oldest})"
    return (
        f"WITH counts AS ({_count_statement(counts, not_erased)} RETURNING slot) "  # noqa: S608 - constant names
        f"INSERT INTO serving_logs ({', '.join(PREDICTION_TYPES)}) SELECT {_VALUES} "
        "FROM (SELECT count(*) FROM counts) AS counted, "
        f"json_to_recordset({predictions}::json) AS predicted({_record(PREDICTION_TYPES)}) {not_erased}"
    )


_INSERT = insert_statement("%(oldest)s", "%(counts)s", "%(predictions)s")
_COUNT_ALONE = _count_statement("%(counts)s", "")
_CHECK = "SELECT refuse_erasures_since(%(oldest)s)"


def write_batch(
    connection: DeadlineConnection,
    predictions: Sequence[LoggedPrediction],
    counts: Mapping[DailyKey, DailyTotals],
    slot: int,
    timeout: float | None = None,
) -> None:
    """Write the predictions and add to their counts.

    In autocommit, the batch is a transaction of its own, otherwise part of the transaction that the caller commits.
    Raises IntegrityError, with nothing written, if one exists, or if a shipment was erased since the oldest one. Raises
    OperationalError if the server has not answered after `timeout` seconds plus some for each row; it is unknown
    then whether the batch was written.
    """
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    seconds = None if timeout is None else timeout + _SECONDS_PER_ROW * len(predictions)
    parameters: dict[str, object] = {
        "oldest": min(prediction.predicted_at for prediction in predictions),
        "counts": counts_json(counts, slot),
    }
    write = _insert if len(predictions) <= MAX_INSERT_ROWS else _copy
    try:
        with connection.deadline(seconds):
            write(connection, predictions, parameters)
    except (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation) as error:
        raise IntegrityError(COPY, None, error) from error
    except psycopg.Error as error:
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            connection.close()  # a late response would be read as that of the next statement
        raise OperationalError(COPY, None, error) from error
    except IntegrityError:
        raise
    except OverflowError as error:
        connection.close()  # in the middle of a statement: the server rolls it back
        raise DataError(COPY, None, error) from error
    except BaseException:
        connection.close()  # in the middle of a statement: the server rolls it back
        raise


def _insert(
    connection: DeadlineConnection, predictions: Sequence[LoggedPrediction], parameters: dict[str, object]
) -> None:
    parameters["predictions"] = predictions_json(predictions)
    if connection.execute(_INSERT, parameters, prepare=True).rowcount == 0:
        raise IntegrityError(_INSERT, None, ValueError("a shipment was erased since the oldest row of the batch"))


def _copy(
    connection: DeadlineConnection, predictions: Sequence[LoggedPrediction], parameters: Mapping[str, object]
) -> None:
    own_transaction = connection.autocommit
    with connection.pipeline():
        if own_transaction:
            connection.execute("BEGIN")
        connection.execute(_COUNT_ALONE, parameters, prepare=True)
    with connection.cursor().copy(COPY) as copy:
        copy.write(HEADER)
        for first in range(0, len(predictions), _CHUNK_ROWS):
            copy.write(b"".join(map(copy_row, predictions[first : first + _CHUNK_ROWS])))
        copy.write(TRAILER)
    with connection.pipeline():
        connection.execute(_CHECK, parameters, prepare=True)
        if own_transaction:
            connection.execute("COMMIT")

"""Rows per second of the prediction log and of raw COPY: the same rows, in the same batches, each committed."""

import random
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

from adapters.sql import Database, PredictionLog
from adapters.sql.serving_tables import serving_logs
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.uuid7 import uuid7_batch
from infra.local.postgres import PostgresServer

BATCH_ROWS = 5_000
MONTH = timedelta(days=31)
GROUP_BATCHES = 10
"""Batches whose times are added up for one ratio: short enough for the load of the machine to be the same."""

_OTHER_COLUMNS = ", ".join(column.name for column in serving_logs.c if column.name != "timestamp")
_COPY = f"COPY serving_logs (timestamp, {_OTHER_COLUMNS}) FROM STDIN"
_EXPORT = (
    f"COPY (SELECT timestamp + interval '{MONTH.days} days', {_OTHER_COLUMNS} FROM serving_logs "  # noqa: S608 - constant names
    "WHERE timestamp >= {first} AND timestamp <= {last}) TO STDOUT"
)


@dataclass(frozen=True)
class IngestRates:
    """Rows per second of the log and of COPY, and the median of their ratios."""

    log: float
    copy: float
    ratio: float


def measure_ingest(server: PostgresServer, n_rows: int) -> IngestRates:
    """Write every batch both ways, one after the other, into tables of the same size with all indexes.

    The rows of the log are in March; COPY writes the same rows to April, which has a partition of its own.
    """
    draw = random.Random(7)  # noqa: S311 - the same rows in every run
    log_seconds, copy_seconds = [], []
    with (
        closing(Database(server.url("serving", "serving"), "serving")) as database,
        psycopg.connect(server.url("serving", "serving")) as connection,
    ):
        log = PredictionLog(database)
        log.append([_prediction(draw, 0), _prediction(draw, MONTH // timedelta(seconds=1))])  # creates both partitions
        for start in range(1, n_rows, BATCH_ROWS):
            batch = [_prediction(draw, start + number) for number in range(BATCH_ROWS)]
            start_time = time.perf_counter()
            log.append(batch)
            log_seconds.append(time.perf_counter() - start_time)
            block = _export(connection, batch)
            start_time = time.perf_counter()
            with connection.cursor().copy(_COPY) as copy:
                copy.write(block)
            connection.commit()
            copy_seconds.append(time.perf_counter() - start_time)
    _truncate(server)
    ratios = [
        sum(copy_seconds[start : start + GROUP_BATCHES]) / sum(log_seconds[start : start + GROUP_BATCHES])
        for start in range(0, len(log_seconds), GROUP_BATCHES)
    ]
    rows = BATCH_ROWS * len(log_seconds)
    return IngestRates(rows / sum(log_seconds), rows / sum(copy_seconds), statistics.median(ratios))


def _export(connection: psycopg.Connection, batch: Sequence[LoggedPrediction]) -> bytes:
    """The rows of the batch a month later, in COPY's text format."""
    query = sql.SQL(_EXPORT).format(first=batch[0].predicted_at, last=batch[-1].predicted_at)
    with connection.cursor().copy(query) as copy:
        block = b"".join(map(bytes, copy))
    connection.commit()
    return block


def _truncate(server: PostgresServer) -> None:
    with psycopg.connect(server.url("serving", "serving_owner"), autocommit=True) as connection:
        connection.execute("TRUNCATE serving_logs, serving_daily")


def _prediction(draw: random.Random, number: int) -> LoggedPrediction:
    predicted_at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    return LoggedPrediction(
        prediction_id=next(uuid7_batch(1, predicted_at)),
        predicted_at=predicted_at,
        request_data={
            "Timestamp": predicted_at.isoformat(),
            "Latitude": round(draw.uniform(-90, 90), 4),
            "Longitude": round(draw.uniform(-180, 180), 4),
            "Inventory_Level": draw.randrange(500),
            "Temperature": round(draw.uniform(0, 30), 1),
            "Humidity": round(draw.uniform(0, 100), 1),
            "Traffic_Status": draw.choice(["Clear", "Detour", "Heavy"]),
            "Waiting_Time": draw.randrange(60),
            "User_Transaction_Amount": draw.randrange(500),
            "User_Purchase_Frequency": draw.randrange(10),
            "Asset_Utilization": round(draw.uniform(0, 100), 1),
            "Demand_Forecast": draw.randrange(300),
        },
        model_name="smart_logistics_delay",
        model_version=3,
        bundle_digest=f"{3:064x}",
        schema_digest=f"{5:064x}",
        shipment_id=f"S-{number // 2:09}",
        point=predicted_at - timedelta(minutes=5),
        probability=(p := draw.random()),
        late=p > 0.5,
        request_id=f"r-{number}",
    )

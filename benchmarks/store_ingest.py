"""Rows per second of the prediction log and of raw COPY: the same rows, in the same batches, each committed."""

import random
import statistics
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from adapters.sql import Database, PredictionLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.uuid7 import uuid7_batch
from infra.local.postgres import PostgresServer

BATCH_ROWS = 5_000
N_BATCHES = 20
N_ROUNDS = 7


@dataclass(frozen=True)
class IngestRates:
    """Rows per second of the log and of COPY, and their ratio: medians of several rounds."""

    log: float
    copy: float
    ratio: float


def measure_ingest(server: PostgresServer) -> IngestRates:
    """Write the rows both ways, alternately, into the same empty table with all its indexes."""
    draw = random.Random(7)  # noqa: S311 - the same rows in every run
    batches = [[_prediction(draw, number * BATCH_ROWS + k) for k in range(BATCH_ROWS)] for number in range(N_BATCHES)]
    rows = BATCH_ROWS * N_BATCHES
    log_rates, copy_rates = [], []
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        log = PredictionLog(database)
        for batch in batches:
            log.append(batch)
        blocks = _export_blocks(server)
        for _ in range(N_ROUNDS):
            _truncate(server)
            start_time = time.perf_counter()
            for batch in batches:
                log.append(batch)
            log_rates.append(rows / (time.perf_counter() - start_time))
            _truncate(server)
            with psycopg.connect(server.url("serving", "serving")) as connection:
                start_time = time.perf_counter()
                for block in blocks:
                    with connection.cursor().copy("COPY serving_logs FROM STDIN") as copy:
                        copy.write(block)
                    connection.commit()
                copy_rates.append(rows / (time.perf_counter() - start_time))
    _truncate(server)
    ratios = [log_rate / copy_rate for log_rate, copy_rate in zip(log_rates, copy_rates, strict=True)]
    return IngestRates(statistics.median(log_rates), statistics.median(copy_rates), statistics.median(ratios))


def _export_blocks(server: PostgresServer) -> list[bytes]:
    """The rows of the table in COPY's format, one block per batch."""
    with (
        psycopg.connect(server.url("serving", "serving")) as connection,
        connection.cursor().copy("COPY (SELECT * FROM serving_logs ORDER BY timestamp) TO STDOUT") as copy,
    ):
        lines = [bytes(line) for line in copy]
    return [b"".join(lines[start : start + BATCH_ROWS]) for start in range(0, len(lines), BATCH_ROWS)]


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

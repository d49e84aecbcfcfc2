"""The batched log writer beside raw COPY of the same rows, in batches of the same size, each committed."""

import random
import statistics
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from adapters.sql import Database, PredictionLog
from adapters.sql.copied import COPIED
from delay_core.ports.prediction_log import LoggedPrediction
from infra.local.postgres import PostgresServer

BATCH = 5_000
BATCHES = 20
ROUNDS = 7

_NAMES = ", ".join(COPIED)


@dataclass(frozen=True)
class Written:
    """Rows a second, and the one as a share of the other; medians of several rounds."""

    logged: float
    copied: float
    share: float


def write(server: PostgresServer) -> Written:
    """Write the same rows both ways, in turns, into the same empty table with all its indexes."""
    draw = random.Random(7)  # noqa: S311 - the same rows each time
    batches = [[_prediction(draw, number * BATCH + k) for k in range(BATCH)] for number in range(BATCHES)]
    rows, logged, copied = BATCH * BATCHES, [], []
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        log = PredictionLog(database)
        for batch in batches:
            log.append(batch)
        blocks = _as_copied(server)
        for _ in range(ROUNDS):
            _empty(server)
            began = time.perf_counter()
            for batch in batches:
                log.append(batch)
            logged.append(rows / (time.perf_counter() - began))
            _empty(server)
            with psycopg.connect(server.url("serving", "serving")) as connection:
                began = time.perf_counter()
                for block in blocks:
                    with connection.cursor().copy(f"COPY serving_logs ({_NAMES}) FROM STDIN") as copy:
                        copy.write(block)
                    connection.commit()
                copied.append(rows / (time.perf_counter() - began))
    _empty(server)
    shares = [one / other for one, other in zip(logged, copied, strict=True)]
    return Written(statistics.median(logged), statistics.median(copied), statistics.median(shares))


def _as_copied(server: PostgresServer) -> list[bytes]:
    """What is in the table, as COPY would take it: a block for each batch."""
    with (
        psycopg.connect(server.url("serving", "serving")) as connection,
        connection.cursor().copy(f"COPY (SELECT {_NAMES} FROM serving_logs ORDER BY timestamp) TO STDOUT") as copy,  # noqa: S608 - our own names
    ):
        lines = [bytes(line) for line in copy]
    return [b"".join(lines[start : start + BATCH]) for start in range(0, len(lines), BATCH)]


def _empty(server: PostgresServer) -> None:
    with psycopg.connect(server.url("serving", "serving_owner"), autocommit=True) as connection:
        connection.execute("TRUNCATE serving_logs, serving_daily")


def _prediction(draw: random.Random, number: int) -> LoggedPrediction:
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    return LoggedPrediction(
        prediction_id=UUID(int=draw.getrandbits(128)),
        predicted_at=at,
        request_data={
            "Timestamp": at.isoformat(),
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
        point=at - timedelta(minutes=5),
        probability=(p := draw.random()),
        late=p > 0.5,
        request_id=f"r-{number}",
    )

"""Stores: rows per second of the prediction log beside raw COPY, and queries over a year of ten million predictions.

The benchmark starts a real PostgreSQL in a temporary folder (about 10 GB), which flushes every commit to the disk.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from adapters.sql import Database, MonitoringStore, OutcomeLog, PredictionReader
from benchmarks.planner_queries import planner_queries
from benchmarks.report import Target, finish, print_table
from benchmarks.store_fixture import DAYS, END, MODEL, START, database_bytes, fill
from benchmarks.store_ingest import measure_ingest
from benchmarks.store_queries import QueryTimer, QueryTimes
from delay_core.ports.monitoring_store import ResultFilter
from delay_core.ports.prediction_reader import PredictionFilter
from infra.local.postgres import PostgresServer

MIN_COPY_RATIO = 0.7
MAX_INGESTED_ROWS = 1_000_000
OPEN_SHIPMENTS = 10_000
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "2GB", "maintenance_work_mem": "256MB"}


def main() -> None:
    """Measure, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="predictions, spread over a year")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)  # a server that root starts runs as another user
        folder = Path(scratch) / "postgres"
        with PostgresServer.start(folder, settings=SETTINGS) as server:
            for kind in ("serving", "monitoring"):
                with closing(Database(server.url(kind, f"{kind}_owner"), kind)) as database:
                    database.upgrade()
            ingest = measure_ingest(server, min(rows, MAX_INGESTED_ROWS))
        with PostgresServer.start(folder, fsync=False, settings=SETTINGS) as server:
            start = time.perf_counter()
            fill(server, rows, open_shipments=OPEN_SHIPMENTS)
            seconds, gib = time.perf_counter() - start, database_bytes(server) / 2**30
            sys.stderr.write(f"{rows:,} predictions in {seconds:.0f} s, {gib:.1f} GiB\n")
        with PostgresServer.start(folder, settings=SETTINGS) as server:
            queries = _measure_queries(server)
    print_table(
        "Written in batches of 5,000, each durable",
        ("how", "rows/s"),
        [("PredictionLog.append", f"{ingest.log:,.0f}"), ("raw COPY", f"{ingest.copy:,.0f}")],
    )
    print_table(
        f"Queries over {rows:,} predictions of a year, {OPEN_SHIPMENTS:,} shipments open",
        ("query", "median ms", "of", "slowest ms", "large tables scanned"),
        [
            (q.name, f"{q.median:.1f}", f"{q.max_ms:.0f}", f"{q.slowest:.1f}", ", ".join(q.scanned_tables) or "none")
            for q in queries
        ],
    )
    finish(
        {
            "rows/s, times those of raw COPY": Target(ingest.ratio, MIN_COPY_RATIO, "higher"),
            **{f"ms, {q.name}": Target(q.median, q.max_ms, "lower") for q in queries},
            "queries that read a large table whole": Target(sum(bool(q.scanned_tables) for q in queries), 0, "lower"),
        }
    )


def _measure_queries(server: PostgresServer) -> list[QueryTimes]:
    with (
        closing(Database(server.url("serving", "serving"), "serving")) as serving,
        closing(Database(server.url("serving", "monitoring"), "serving")) as monitored,
        closing(Database(server.url("monitoring", "monitoring"), "monitoring")) as monitoring,
    ):
        predictions, outcomes, results = PredictionReader(serving), OutcomeLog(monitored), MonitoringStore(monitoring)
        read_window = PredictionReader(monitored).read_window
        rng = random.Random(7)  # noqa: S311 - the same queries in every run
        known = _sample_rows(server)

        def moment(days: int = 1) -> datetime:
            return START + timedelta(days=rng.uniform(0, DAYS - days))

        def page(limit: int = 100, cursor: str | None = None, **conditions: object) -> Callable[[], object]:
            return lambda: predictions.read_page(PredictionFilter(**conditions), limit, cursor)  # type: ignore[arg-type] # by name

        def day(limit: int = 1000) -> object:
            since = moment()
            return predictions.read_page(PredictionFilter(since=since, until=since + timedelta(days=1)), limit)

        def shipment() -> object:
            return predictions.read_page(PredictionFilter(shipment_id=rng.choice(known)[1]))

        def late_in_week() -> object:
            since = moment(7)
            return predictions.read_page(
                PredictionFilter(since=since, until=since + timedelta(days=7), late=True, model_name=MODEL)
            )

        def far_back() -> object:
            timestamp, _, prediction_id = rng.choice(known)
            return predictions.read_page(
                PredictionFilter(), 100, f"{round(timestamp.timestamp() * 1e6)}.{prediction_id.hex}"
            )

        def first(batches: object) -> object:
            return next(iter(batches), None)  # type: ignore[call-overload] # batches are iterators of the ports

        def window() -> object:
            return first(read_window(since := moment(7), since + timedelta(days=7)))

        def with_outcomes() -> object:
            return first(outcomes.join_predictions(since := moment(7), since + timedelta(days=7)))

        measure = QueryTimer(server).measure
        return [
            measure("GET /predictions: the newest 100", page()),
            measure("GET /predictions: 1,000 of a day", day),
            measure("GET /predictions: of a shipment", shipment),
            measure("GET /predictions: late ones of a week", late_in_week),
            measure("GET /predictions: a page far back", far_back),
            measure("GET /predictions: of an old model version", page(model_name=MODEL, model_version=2)),
            measure("GET /predictions: of a rare model", page(model_name="rare")),
            measure("GET /predictions: of an unknown model", page(model_name="none", late=False)),
            measure("GET /predictions/{id}", lambda: predictions.get(rng.choice(known)[2])),
            measure("UI: every day of the year", lambda: predictions.count_by_day(START.date(), END.date())),
            measure("UI: outcomes of a shipment", lambda: OutcomeLog(serving).history(rng.choice(known)[1])),
            measure(
                "monitoring: a batch of a window",
                lambda: first(read_window(since := moment(7), since + timedelta(days=7))),
            ),
            measure("monitoring: a batch with outcomes", with_outcomes),
            measure(
                "UI: figures of a year",
                lambda: results.newest(MODEL, ResultFilter(START, END)),
                "monitoring",
            ),
            measure("UI: the newest figures", lambda: results.newest(MODEL, ResultFilter(), 1), "monitoring"),
            *(
                measure(query.name, query.run, max_ms=query.max_ms)
                for query in planner_queries(serving, [shipment_id for _, shipment_id, _ in known], rng)
            ),
        ]


def _sample_rows(server: PostgresServer) -> list[tuple[datetime, str, UUID]]:
    """Time, shipment and id of a sample of predictions."""
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        return connection.execute(
            "SELECT timestamp, shipment_id, id FROM serving_logs TABLESAMPLE BERNOULLI (0.1) LIMIT 5000"
        ).fetchall()


if __name__ == "__main__":
    main()

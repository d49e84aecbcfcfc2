"""Stores: rows a second of the batched log writer beside raw COPY, and queries on ten million predictions of a year.

A real PostgreSQL is started for it, in a temporary folder (about 10 GB); it keeps every commit on disk while it is
measured.
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

from adapters.sql import Database, MonitoringStore, OutcomeLog, PredictionLog
from benchmarks.report import Target, finish, print_table
from benchmarks.stores_asked import Measured, Questions
from benchmarks.stores_filled import BEGAN, DAYS, END, MODEL, fill, size
from benchmarks.stores_written import write
from delay_core.ports.prediction_log import PredictionFilter
from infra.local.postgres import PostgresServer

MOST_MS = 200
SHARE_OF_COPY = 0.5
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "2GB", "maintenance_work_mem": "256MB"}


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="predictions, spread over a year")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)  # the server of root is another user's
        folder = Path(scratch) / "postgres"
        with PostgresServer.start(folder, settings=SETTINGS) as server:
            for kind in ("serving", "monitoring"):
                with closing(Database(server.url(kind, f"{kind}_owner"), kind)) as database:
                    database.upgrade()
            written = write(server)
        with PostgresServer.start(folder, fsync=False, settings=SETTINGS) as server:
            began = time.perf_counter()
            fill(server, rows)
            told = f"{rows:,} predictions in {time.perf_counter() - began:.0f} s, {size(server) / 2**30:.1f} GiB\n"
            sys.stderr.write(told)
        with PostgresServer.start(folder, settings=SETTINGS) as server:
            measured = _ask(server)
    print_table(
        "Written in batches of 5,000, each durable",
        ("how", "rows/s"),
        [("PredictionLog.append", f"{written.logged:,.0f}"), ("raw COPY", f"{written.copied:,.0f}")],
    )
    print_table(
        f"Asked of {rows:,} predictions of a year",
        ("query", "median ms", "slowest ms", "large tables read whole"),
        [(m.what, f"{m.median:.1f}", f"{m.slowest:.1f}", ", ".join(m.whole) or "none") for m in measured],
    )
    finish(
        {
            "rows/s, times those of raw COPY": Target(written.share, SHARE_OF_COPY, "higher"),
            **{f"ms, {m.what}": Target(m.median, MOST_MS, "lower") for m in measured},
            "queries that read a large table whole": Target(sum(bool(m.whole) for m in measured), 0, "lower"),
        }
    )


def _ask(server: PostgresServer) -> list[Measured]:
    with (
        closing(Database(server.url("serving", "serving"), "serving")) as serving,
        closing(Database(server.url("serving", "monitoring"), "serving")) as monitored,
        closing(Database(server.url("monitoring", "monitoring"), "monitoring")) as monitoring,
    ):
        log, outcomes, store = PredictionLog(serving), OutcomeLog(monitored), MonitoringStore(monitoring)
        window = PredictionLog(monitored).window
        draw = random.Random(7)  # noqa: S311 - the same questions each time
        known = _some(server)

        def moment(days: int = 1) -> datetime:
            return BEGAN + timedelta(days=draw.uniform(0, DAYS - days))

        def page(limit: int = 100, cursor: str | None = None, **conditions: object) -> Callable[[], object]:
            return lambda: log.page(PredictionFilter(**conditions), limit, cursor)  # type: ignore[arg-type] # by name

        def of_a_day(limit: int = 1000) -> object:
            since = moment()
            return log.page(PredictionFilter(since=since, until=since + timedelta(days=1)), limit)

        def of_a_shipment() -> object:
            return log.page(PredictionFilter(shipment_id=draw.choice(known)[1]))

        def late_of_a_week() -> object:
            since = moment(7)
            return log.page(PredictionFilter(since=since, until=since + timedelta(days=7), late=True, model_name=MODEL))

        def deep() -> object:
            at, _, key = draw.choice(known)
            return log.page(PredictionFilter(), 100, f"{round(at.timestamp() * 1e6)}.{key.hex}")

        def first(batches: object) -> object:
            return next(iter(batches), None)  # type: ignore[call-overload] # batches are iterators of the ports

        def joined() -> object:
            return first(outcomes.joined(since := moment(7), since + timedelta(days=7)))

        questions = Questions(server)
        ask = questions.measure
        return [
            ask("GET /predictions: the newest 100", page()),
            ask("GET /predictions: 1,000 of a day", of_a_day),
            ask("GET /predictions: of a shipment", of_a_shipment),
            ask("GET /predictions: late ones of a week", late_of_a_week),
            ask("GET /predictions: a page far back", deep),
            ask("GET /predictions: of an old model version", page(model_name=MODEL, model_version=2)),
            ask("GET /predictions: of a rare model", page(model_name="rare")),
            ask("GET /predictions: of a model that nobody has", page(model_name="none", late=False)),
            ask("GET /predictions/{id}", lambda: log.get(draw.choice(known)[2])),
            ask("UI: every day of the year", lambda: log.daily(BEGAN.date(), END.date())),
            ask("UI: outcomes of a shipment", lambda: OutcomeLog(serving).history(draw.choice(known)[1])),
            ask(
                "monitoring: a batch of a window", lambda: first(window(since := moment(7), since + timedelta(days=7)))
            ),
            ask("monitoring: a batch with outcomes", joined),
            ask(
                "UI: figures of a year",
                lambda: store.series(MODEL, "drift", BEGAN, END),
                "monitoring",
            ),
            ask("UI: the newest figures", lambda: store.latest(MODEL, "drift"), "monitoring"),
        ]


def _some(server: PostgresServer) -> list[tuple[datetime, str, UUID]]:
    """Time, shipment and id of some predictions of every month."""
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        return connection.execute(
            "SELECT timestamp, shipment_id, id FROM serving_logs TABLESAMPLE SYSTEM (0.01) LIMIT 5000"
        ).fetchall()


if __name__ == "__main__":
    main()

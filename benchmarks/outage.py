"""PostgreSQL is unavailable for a minute under load: `python -m benchmarks.outage`.

It is stopped as by a power cut, and frozen so that its clients wait. API clients send requests at a constant rate
before, during and after the outage.
"""

import argparse
import http.client
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from adapters.sql import Database
from benchmarks.load_clients import LoadClients, Window
from benchmarks.report import Target, finish, print_table, print_text
from benchmarks.serving import payloads, served_model
from benchmarks.serving.servers import run_server
from entrypoints.api.observability.health_checks import CACHE_TTL_SECONDS
from infra.local.child_process import ServerProcess
from infra.local.outages import OUTAGES
from infra.local.postgres import PostgresServer

CLIENTS = 16
PAUSE = 0.05
"""Seconds between the requests of a client."""
WARM_UP_SECONDS = 2.0
MAX_DRAIN_SECONDS = 300
_TREES = 300
_DELAY = Path(sys.executable).with_name("delay")


@dataclass(frozen=True)
class Outage:
    """The measurements before, during and after an outage.

    `drain_seconds`: until the outbox was empty; `lost`, `duplicates`: rows of the log.
    """

    before: Window
    during: Window
    after: Window
    drain_seconds: float
    lost: int
    duplicates: int

    @property
    def unanswered(self) -> int:
        """The number of requests without an answer."""
        return sum(sum(window.failures.values()) for window in (self.before, self.during, self.after))


def run_outage(
    kind: str, seconds: float, server: ServerProcess, postgres: PostgresServer, records: Sequence[payloads.Record]
) -> Outage:
    """An outage of `seconds`, after a measurement of the same duration."""
    owner = postgres.url("serving", "serving_owner")
    with psycopg.connect(owner) as connection:
        connection.execute("TRUNCATE serving_logs")
    with LoadClients([server.port], records, number=CLIENTS, pause=PAUSE) as clients:
        warm_up = clients.next_window(WARM_UP_SECONDS)
        before = clients.next_window(seconds)
        with OUTAGES[kind](postgres):
            during = clients.next_window(seconds)
        after = clients.next_window()
        drain_seconds = _wait_until_drained(server.port)
    return _compare_with_log(owner, warm_up, before, during, after, drain_seconds)


def _compare_with_log(
    owner: str, warm_up: Window, before: Window, during: Window, after: Window, drain_seconds: float
) -> Outage:
    with psycopg.connect(owner) as connection:
        logged = Counter(row[0] for row in connection.execute("SELECT id FROM serving_logs"))
    answered = [UUID(id_) for window in (warm_up, before, during, after) for id_ in window.ids]
    lost = sum(1 for id_ in answered if id_ not in logged)
    return Outage(before, during, after, drain_seconds, lost, logged.total() - len(logged))


def _wait_until_drained(port: int) -> float:
    """Seconds until the outbox is empty and the database in use."""
    started_at = time.monotonic()
    while (seconds := time.monotonic() - started_at) < MAX_DRAIN_SECONDS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with closing(connection):
            connection.request("GET", "/health")
            health = json.loads(connection.getresponse().read())
        # Health checks are cached: the first answers may be older than the end of the outage.
        if seconds > CACHE_TTL_SECONDS and health["dependencies"]["prediction_log"]["state"] == "up":
            return seconds
        time.sleep(0.1)
    return seconds


def _environment(data: Path, postgres: PostgresServer) -> Mapping[str, str]:
    return {
        "DELAY_DATA": str(data),
        "DELAY_LOCAL": str(data),
        "MODEL_NAME": served_model.NAME,
        "DELAY_SERVING_DB": postgres.url("serving", "serving"),
    }


def _print(outages: Mapping[str, Outage], seconds: float) -> None:
    heads = [
        "",
        "answered before",
        "during",
        "not answered",
        "p99 before",
        "p99 during",
        "drained in",
        "lost",
        "duplicates",
    ]
    rows = [
        [
            kind,
            f"{len(outage.before.latencies):,}",
            f"{len(outage.during.latencies):,}",
            f"{outage.unanswered:,}",
            f"{outage.before.p99:.1f} ms",
            f"{outage.during.p99:.1f} ms",
            f"{outage.drain_seconds:.1f} s",
            str(outage.lost),
            str(outage.duplicates),
        ]
        for kind, outage in outages.items()
    ]
    print_table(
        f"PostgreSQL is unavailable for {seconds:g} s; {CLIENTS} clients, {CLIENTS / PAUSE:.0f} requests/s", heads, rows
    )
    for kind, outage in outages.items():
        for when, window in (("before", outage.before), ("during", outage.during), ("after", outage.after)):
            if window.failures:
                print_text(f"not answered {when} it was {kind}: {window.failures}")


def main() -> None:
    """Run both kinds of outage, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of each outage")
    seconds = parser.parse_args().seconds
    scratch = Path(tempfile.mkdtemp())
    scratch.chmod(0o711)  # PostgreSQL runs as another user, who needs access
    try:
        served_model.train_and_promote(scratch / "data", _TREES)
        records = payloads.simulate_records(1_000)
        with PostgresServer.start(scratch / "postgres") as postgres:
            with closing(Database(postgres.url("serving", "serving_owner"), "serving")) as owned:
                owned.upgrade()
            command = (str(_DELAY), "serve", "--port", "{port}")
            environment = _environment(scratch / "data", postgres)
            with run_server(command, scratch / "api.log", "/health/ready", environment) as server:
                outages = {kind: run_outage(kind, seconds, server, postgres, records) for kind in OUTAGES}
        _print(outages, seconds)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    figures = {}
    for kind, outage in outages.items():
        figures[f"not_answered_{kind}"] = Target(outage.unanswered, 0, "lower")
        figures[f"p99_ratio_{kind}"] = Target(outage.during.p99 / outage.before.p99, 2, "lower")
        figures[f"drain_seconds_{kind}"] = Target(outage.drain_seconds, 30, "lower")
        figures[f"lost_and_doubled_{kind}"] = Target(outage.lost + outage.duplicates, 0, "lower")
    finish(figures)


if __name__ == "__main__":
    main()

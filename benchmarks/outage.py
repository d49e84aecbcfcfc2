"""PostgreSQL is away for a minute under load: `python -m benchmarks.outage`.

Once stopped as by a power cut, once frozen, so that whoever asks waits for ever. Clients go on asking at a steady pace:
each of so many sends a request every so often, whether the database is there or not.
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
from benchmarks.serving import model
from benchmarks.serving.requests import Record, shipment_records
from benchmarks.serving.server_process import start_server
from entrypoints.api.observability.health_checks import CACHE_TTL_SECONDS
from infra.local.child_process import ServerProcess
from infra.local.outages import OUTAGES
from infra.local.postgres import PostgresServer

CLIENTS = 16
PAUSE = 0.05
"""Seconds between the requests of a client."""
SETTLED = 2.0
"""Seconds that are not measured, after the server has started."""
PATIENCE = 300
_TREES = 300
_DELAY = Path(sys.executable).with_name("delay")


@dataclass(frozen=True)
class Outage:
    """What came of one: before, during, after it; seconds until the journal was empty; rows lost and doubled."""

    before: Window
    during: Window
    after: Window
    drained: float
    lost: int
    doubled: int

    @property
    def unanswered(self) -> int:
        """Requests without an answer, ever."""
        return sum(sum(window.failures.values()) for window in (self.before, self.during, self.after))


def outage(
    way: str, seconds: float, server: ServerProcess, postgres: PostgresServer, records: Sequence[Record]
) -> Outage:
    """One outage of so many seconds, and as long before it."""
    owner = postgres.url("serving", "serving_owner")
    with psycopg.connect(owner) as connection:
        connection.execute("TRUNCATE serving_logs")
    with LoadClients([server.port], records, number=CLIENTS, pause=PAUSE) as clients:
        settling = clients.next_window(SETTLED)
        before = clients.next_window(seconds)
        with OUTAGES[way](postgres):
            during = clients.next_window(seconds)
        after = clients.next_window()
        drained = _drained(server.port)
    return _compared(owner, settling, before, during, after, drained)


def _compared(owner: str, settling: Window, before: Window, during: Window, after: Window, drained: float) -> Outage:
    with psycopg.connect(owner) as connection:
        times = Counter(row[0] for row in connection.execute("SELECT id FROM serving_logs"))
    answered = [UUID(one) for window in (settling, before, during, after) for one in window.ids]
    lost = sum(1 for one in answered if one not in times)
    return Outage(before, during, after, drained, lost, sum(times.values()) - len(times))


def _drained(port: int) -> float:
    """Seconds until the journal is empty and the database in use."""
    began = time.monotonic()
    while (took := time.monotonic() - began) < PATIENCE:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with closing(connection):
            connection.request("GET", "/health")
            told = json.loads(connection.getresponse().read())
        # What was found before the database came back is told again for a second.
        if took > CACHE_TTL_SECONDS and told["dependencies"]["prediction_log"]["state"] == "up":
            return took
        time.sleep(0.1)
    return took


def _environment(data: Path, postgres: PostgresServer) -> Mapping[str, str]:
    return {
        "DELAY_DATA": str(data),
        "DELAY_LOCAL": str(data),
        "MODEL_NAME": model.NAME,
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
        "doubled",
    ]
    rows = [
        [
            way,
            f"{len(found.before.latencies):,}",
            f"{len(found.during.latencies):,}",
            f"{found.unanswered:,}",
            f"{found.before.p99:.1f} ms",
            f"{found.during.p99:.1f} ms",
            f"{found.drained:.1f} s",
            str(found.lost),
            str(found.doubled),
        ]
        for way, found in outages.items()
    ]
    print_table(
        f"PostgreSQL is away for {seconds:g} s; {CLIENTS} clients, {CLIENTS / PAUSE:.0f} requests/s", heads, rows
    )
    for way, found in outages.items():
        for when, window in (("before", found.before), ("during", found.during), ("after", found.after)):
            if window.failures:
                print_text(f"not answered {when} it was {way}: {window.failures}")


def main() -> None:
    """Both ways to go, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of each outage")
    seconds = parser.parse_args().seconds
    scratch = Path(tempfile.mkdtemp())
    scratch.chmod(0o711)  # PostgreSQL's own user has to reach it
    try:
        model.train_and_promote(scratch / "data", _TREES)
        records = shipment_records(1_000)
        with PostgresServer.start(scratch / "postgres") as postgres:
            with closing(Database(postgres.url("serving", "serving_owner"), "serving")) as owned:
                owned.upgrade()
            command = (str(_DELAY), "serve", "--port", "{port}")
            environment = _environment(scratch / "data", postgres)
            with start_server(command, scratch / "api.log", "/health/ready", environment) as server:
                found = {way: outage(way, seconds, server, postgres, records) for way in OUTAGES}
        _print(found, seconds)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    figures = {}
    for way, one in found.items():
        figures[f"not_answered_{way}"] = Target(one.unanswered, 0, "lower")
        figures[f"p99_ratio_{way}"] = Target(one.during.p99 / one.before.p99, 2, "lower")
        figures[f"drain_seconds_{way}"] = Target(one.drained, 30, "lower")
        figures[f"lost_and_doubled_{way}"] = Target(one.lost + one.doubled, 0, "lower")
    finish(figures)


if __name__ == "__main__":
    main()

"""The worklist of 10,000 open shipments in Chromium, beside a Streamlit page that shows a static table of its rows.

The API serves a real model, and stores in SQLite. The static page reads the rows of each filter from a file: they are
the cells of the worklist's table with the same filter. A filter's rerun is measured twice, with other texts: at once,
and after the API has had the time to compute the reasons of open shipments ahead, as where a planner works with the
page. The targets apply to the second.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from benchmarks.report import Target, finish, print_table
from benchmarks.serving import served_model
from benchmarks.serving.payloads import SCHEMA, simulate_records
from benchmarks.serving.servers import run_server
from benchmarks.ui.browser import filter_seconds, first_paint_seconds
from delay_core import load_schema
from entrypoints.api.schemas import PredictRequest, Shipment
from entrypoints.settings import UiSettings
from entrypoints.ui.client import ApiClient
from entrypoints.ui.launch import streamlit_arguments
from entrypoints.ui.links import WorklistUrl
from entrypoints.ui.worklist_view import query_of, table_columns
from infra.local.child_process import ServerProcess
from infra.local.chromium import open_chromium

SHIPMENTS = 10_000
PIECE = 1_000
ROUNDS = 15
AHEAD_SECONDS = 30.0
"""For the pass of the API over the worklist, which takes at most a quarter of a core."""
TREES = 100
MAX_PAINT_SECONDS, MAX_FILTER_SECONDS, MAX_TIMES_STATIC = 2.0, 0.5, 2.0
_HEALTH = "/_stcore/health"
_DELAY = Path(sys.executable).with_name("delay")


class Durations(NamedTuple):
    """Medians of a page, in seconds: until its table is drawn, and of a filter's rerun before and after the pass."""

    paint: float
    first_reruns: float
    rerun: float


def main() -> None:
    """Measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(prog="make bench-ui", description=__doc__)
    parser.add_argument("--shipments", type=int, default=SHIPMENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--chromium", help="path of the browser; default: the one on the PATH")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        scratch = Path(folder)
        served_model.train_and_promote(scratch / "data", TREES)
        environment = {"DELAY_DATA": str(scratch / "data"), "DELAY_API__SCHEMA": SCHEMA}
        serve = (str(_DELAY), "serve", "--port", "{port}")
        start = partial(run_server, serve, scratch / "api.log", "/health/ready", environment)
        texts, rows = filter_texts(options.rounds), scratch / "rows"
        with start() as api, ApiClient(UiSettings(api_url=_url(api), response_seconds=60)) as client:
            predict(client, options.shipments)
            write_static_rows(client, ("", *texts), rows)
        api_url = _url(servers.enter_context(start()))  # a new process, whose caches are empty
        screen = streamlit_arguments("127.0.0.1", 0)
        pages = {
            "worklist": (_with_port(screen), {"DELAY_UI__API_URL": api_url}),
            "static table": (_with_port(screen, _static_page()), {"STATIC_ROWS": str(rows)}),
        }
        addresses = {}
        for name, (command, variables) in pages.items():
            log = scratch / f"{name}.log"
            server = servers.enter_context(run_server((sys.executable, *command), log, _HEALTH, variables))
            addresses[name] = f"{_url(server)}/"
        measured = measure(addresses, options.chromium, texts)
    report(measured, options.shipments)


def predict(client: ApiClient, shipments: int) -> None:
    """Predict so many shipments of the last hours."""
    point, now = load_schema(SCHEMA).prediction_point.sort_column, datetime.now(UTC)
    records = simulate_records(shipments)
    for start in range(0, shipments, PIECE):
        times = (now - timedelta(seconds=start + index) for index in range(PIECE))
        piece = [
            Shipment({**record, point: moment.isoformat()})
            for record, moment in zip(records[start : start + PIECE], times, strict=False)
        ]
        client.predict(PredictRequest(data=piece), str(uuid4()))


def filter_texts(rounds: int) -> list[str]:
    """Beginnings of ids, two for each round. Each begins about 40 of 10,000 ids."""
    digits = "0123456789abcdef"
    return [first + second for first in digits for second in digits][:: len(digits) ** 2 // (2 * rounds)][: 2 * rounds]


def write_static_rows(client: ApiClient, texts: Sequence[str], folder: Path) -> None:
    """A file for each filter, named after its text: the table of the worklist."""
    folder.mkdir()
    for text in texts:
        worklist = client.worklist(query_of(WorklistUrl(shipment_id=text)))
        table = table_columns(worklist, worklist.items, UTC)
        (folder / f"{text}.json").write_text(json.dumps(table))


def measure(addresses: Mapping[str, str], chromium: str | None, texts: Sequence[str]) -> dict[str, Durations]:
    """The durations of each page; the pages take turns. The first rerun of a browser's page is not counted."""
    at_once, ahead = texts[::2], texts[1::2]
    with open_chromium(chromium) as browser:
        for address in addresses.values():
            first_paint_seconds(browser, address)  # the first session of a server imports the script
        paints = [{name: first_paint_seconds(browser, url) for name, url in addresses.items()} for _ in at_once]
        first_reruns = {name: filter_seconds(browser, url, at_once)[1:] for name, url in addresses.items()}
        time.sleep(AHEAD_SECONDS)
        reruns = {name: filter_seconds(browser, url, ahead)[1:] for name, url in addresses.items()}
    return {
        name: Durations(
            statistics.median(paint[name] for paint in paints),
            statistics.median(first_reruns[name]),
            statistics.median(reruns[name]),
        )
        for name in addresses
    }


def report(measured: Mapping[str, Durations], shipments: int) -> None:
    """Print the table and the figures."""
    worklist, static = measured["worklist"], measured["static table"]
    print_table(
        f"{shipments:,} open shipments in Chromium, median",
        ("page", "first useful paint, s", "a filter's rerun at once, s", "with reasons ahead, s"),
        [(name, *(f"{seconds:.3f}" for seconds in durations)) for name, durations in measured.items()],
    )
    finish(
        {
            "first_paint_seconds": Target(worklist.paint, MAX_PAINT_SECONDS, "lower"),
            "first_paint_times_static": Target(worklist.paint / static.paint, MAX_TIMES_STATIC, "lower"),
            "filter_seconds": Target(worklist.rerun, MAX_FILTER_SECONDS, "lower"),
            "filter_times_static": Target(worklist.rerun / static.rerun, MAX_TIMES_STATIC, "lower"),
        }
    )


def _url(server: ServerProcess) -> str:
    return f"http://127.0.0.1:{server.port}"


def _static_page() -> str:
    return str(Path(__file__).with_name("static_page.py"))


def _with_port(command: list[str], script: str | None = None) -> tuple[str, ...]:
    """The command with a port that is chosen when it starts, and with another script if there is one."""
    return tuple(_arguments(command, script))


def _arguments(command: list[str], script: str | None) -> Iterator[str]:
    for word in command:
        if word == "--server.port=0":
            yield "--server.port={port}"
        else:
            yield script if script is not None and word.endswith(f"{os.sep}main.py") else word


if __name__ == "__main__":
    main()

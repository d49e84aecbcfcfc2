"""The worklist of 10,000 open shipments in Chromium, beside a Streamlit page that shows a static table of its rows.

The API serves a real model, and stores in SQLite. The static page reads the rows of each filter from a file: they are
the cells of the worklist's table with the same filter.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
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
ROUNDS = 7
TREES = 100
MAX_PAINT_SECONDS, MAX_FILTER_SECONDS, MAX_TIMES_STATIC = 2.0, 0.5, 2.0
_HEALTH = "/_stcore/health"
_DELAY = Path(sys.executable).with_name("delay")


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
        measured = measure(addresses, options.chromium, options.rounds, texts)
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
    """Beginnings of ids, one more than rounds: the first one is not counted. Each begins about 40 of 10,000 ids."""
    return [character * 2 for character in "0123456789abcdef"][: rounds + 1]


def write_static_rows(client: ApiClient, texts: Sequence[str], folder: Path) -> None:
    """A file for each filter, named after its text: the table of the worklist."""
    folder.mkdir()
    for text in texts:
        worklist = client.worklist(query_of(WorklistUrl(shipment_id=text)))
        table = table_columns(worklist, worklist.items, UTC)
        (folder / f"{text}.json").write_text(json.dumps(table))


def measure(
    addresses: Mapping[str, str], chromium: str | None, rounds: int, texts: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """The medians of first paint and of a filter's rerun, of each page; the pages take turns."""
    with open_chromium(chromium) as browser:
        for address in addresses.values():
            first_paint_seconds(browser, address)  # the first session of a server imports the script
        paints = [{name: first_paint_seconds(browser, url) for name, url in addresses.items()} for _ in range(rounds)]
        reruns = {name: filter_seconds(browser, url, texts)[1:] for name, url in addresses.items()}
    return {
        name: (statistics.median(paint[name] for paint in paints), statistics.median(reruns[name]))
        for name in addresses
    }


def report(measured: Mapping[str, tuple[float, float]], shipments: int) -> None:
    """Print the table and the figures."""
    (paint, rerun), (static_paint, static_rerun) = measured["worklist"], measured["static table"]
    print_table(
        f"{shipments:,} open shipments in Chromium, median",
        ("page", "first useful paint, s", "a filter's rerun, s"),
        [(name, *(f"{seconds:.2f}" for seconds in pair)) for name, pair in measured.items()],
    )
    finish(
        {
            "first_paint_seconds": Target(paint, MAX_PAINT_SECONDS, "lower"),
            "first_paint_times_static": Target(paint / static_paint, MAX_TIMES_STATIC, "lower"),
            "filter_seconds": Target(rerun, MAX_FILTER_SECONDS, "lower"),
            "filter_times_static": Target(rerun / static_rerun, MAX_TIMES_STATIC, "lower"),
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

"""Command that shows the whole product on simulated shipments."""

import os
import signal
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import DEFAULT_SOURCE, app
from entrypoints.cli.context import open_container, read_settings, resolve_model_name, resolve_schema
from entrypoints.cli.listening import check_port
from entrypoints.cli.ui_command import check_installed

if TYPE_CHECKING:
    from entrypoints.cli.demo.processes import SideProcesses
    from entrypoints.cli.demo.traffic import Row
    from entrypoints.ui.client import ApiClient

_HOST = "127.0.0.1"
_SCHEMA = "smart_logistics"
_TIME, _LABEL = "Timestamp", "Logistics_Delay"
_SIMULATED_ROWS = 5_000
_POLL_SECONDS = 0.2
_KEY_VARIABLES = ("DELAY_API__KEYS", "DELAY_UI__API_KEY", "DELAY_UI__API_KEY_FILE")
"""The demonstration listens on this machine alone, and needs no keys."""


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Of the user interface.")] = 8501,
    api_port: Annotated[int, typer.Option(min=1, max=65535, help="Of the REST API.")] = 8000,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two new shipments.")] = 5.0,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the simulated shipments; without it, each run has others.")
    ] = None,
) -> None:
    """Show everything on simulated shipments: a model, the API, new shipments and outcomes, the user interface.

    It trains a model unless one serves already, and prints the address to open. Ctrl-C ends all of it.
    """
    from entrypoints.cli.demo.processes import ProcessEnded, SideProcesses

    check_installed("demo")
    check_port(_HOST, port, "--port")
    check_port(_HOST, api_port, "--api-port")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _train_unless_a_model_serves()
    try:
        with SideProcesses(read_settings().local_folder / "demo") as processes:
            _run(processes, port, api_port, every, _simulated_shipments(seed))
    except ProcessEnded as error:
        raise SystemExit(f"delay demo: {error}") from None
    except KeyboardInterrupt:
        console.print_line("Everything has ended.")


def _train_unless_a_model_serves() -> None:
    with open_container() as container:
        name, alias = resolve_model_name(_SCHEMA), container.settings().model_alias
        if container.registry.model_catalog().get_by_alias(name, alias) is None:
            console.print_line("No model serves yet: training one on simulated shipments takes about a minute.")
            container.use_cases.pipeline()(resolve_schema(_SCHEMA), DEFAULT_SOURCE, name)


def _run(processes: "SideProcesses", port: int, api_port: int, every: float, shipments: "Iterator[Row]") -> None:
    """Start the API and the user interface; send shipments until one of them ends."""
    from entrypoints.cli.demo.traffic import Traffic
    from entrypoints.settings import UiSettings
    from entrypoints.ui.client import ApiClient
    from entrypoints.ui.errors import ApiError
    from entrypoints.ui.launch import streamlit_arguments

    environment = {**os.environ, "DELAY_API__SCHEMA": _SCHEMA, "DELAY_UI__API_URL": f"http://{_HOST}:{api_port}"}
    for variable in _KEY_VARIABLES:
        environment.pop(variable, None)
    processes.start("api", ["-m", "entrypoints.api", "--host", _HOST, "--port", str(api_port)], environment)
    processes.start("ui", streamlit_arguments(_HOST, port), environment)
    with ApiClient(UiSettings(api_url=environment["DELAY_UI__API_URL"])) as client:
        _wait_for_model(processes, client)
        traffic = Traffic(client, shipments, _TIME)
        traffic.begin()
        console.print_line(f"Open http://{_HOST}:{port} in a browser. Ctrl-C ends everything.")
        while True:
            processes.pause(every)
            try:
                traffic.step()
            except ApiError as error:
                console.print_line(f"A shipment was not sent: {error}")


def _wait_for_model(processes: "SideProcesses", client: "ApiClient") -> None:
    from entrypoints.ui.errors import ApiError

    while True:
        try:
            if client.health().model_loaded:
                return
        except ApiError as error:
            if not error.is_transient:
                raise
        processes.pause(_POLL_SECONDS)


def _simulated_shipments(seed: int | None) -> "Iterator[Row]":
    """Simulated shipments, with `seed` the same ones in each run; endless."""
    import pandas as pd

    schema = resolve_schema(_SCHEMA)
    for first in count(int.from_bytes(os.urandom(3)) if seed is None else seed):
        with tempfile.TemporaryDirectory() as folder, open_container() as container:
            source = f"{DEFAULT_SOURCE}?rows={_SIMULATED_ROWS}&dirt=0&seed={first}"
            written = container.storage.table_simulator()(source, Path(folder) / "shipments.csv", overwrite=False)
            table = pd.read_csv(written.path)
        for record in table.to_dict("records"):
            fields = {name: record[name] for name in schema.features if not pd.isna(record[name])}
            yield fields, bool(record[_LABEL])

"""Command that serves the user interface with Streamlit."""

import os
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from entrypoints.cli.app import app
from entrypoints.cli.context import read_settings
from entrypoints.cli.listening import check_port

_REQUIRED = ("streamlit", "httpx")


@app.command()
def ui(
    host: Annotated[
        str, typer.Option(help="Address to listen on. Whoever reaches it acts with the key of the user interface.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    api_url: Annotated[
        str | None, typer.Option(help="Address of the REST API; else DELAY_UI__API_URL, http://127.0.0.1:8000.")
    ] = None,
) -> None:
    """Serve the user interface for planners.

    It is a client of the REST API (`delay serve`), which may start before or after it. DELAY_UI__API_KEY, or a file
    that DELAY_UI__API_KEY_FILE names, has the API key.
    """
    if api_url is not None:
        os.environ["DELAY_UI__API_URL"] = api_url
    settings = read_settings().ui
    check_installed("ui")
    check_port(host, port, "--port")
    from entrypoints.ui.launch import streamlit_arguments

    typer.echo(f"Open http://{host}:{port} in a browser. It shows the API at {settings.api_url}.", err=True)
    os.execv(sys.executable, [sys.executable, *streamlit_arguments(host, port)])  # noqa: S606 - Streamlit replaces the CLI


def check_installed(command: str) -> None:
    """End the command if a library of the user interface is missing."""
    for library in _REQUIRED:
        if find_spec(library) is None:
            sys.exit(f"delay {command} needs {library}: pip install 'delay-core[ui]'")

"""Command that serves the user interface with Streamlit."""

import os
import socket
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from entrypoints.cli.app import app
from entrypoints.cli.context import read_settings

_REQUIRED = ("streamlit", "httpx")
_EXIT_PORT_TAKEN = 2


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
    for library in _REQUIRED:
        if find_spec(library) is None:
            sys.exit(f"delay ui needs {library}: pip install 'delay-core[ui]'")
    _check_port(host, port)
    from entrypoints.ui.launch import streamlit_arguments

    typer.echo(f"Open http://{host}:{port} in a browser. It shows the API at {settings.api_url}.", err=True)
    os.execv(sys.executable, [sys.executable, *streamlit_arguments(host, port)])  # noqa: S606 - Streamlit replaces the CLI


def _check_port(host: str, port: int) -> None:
    """Streamlit itself would take the next free port, or end without a reason."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise typer.BadParameter(
                f"{host}:{port} cannot be listened on: {error.strerror}; end the program there, or choose another "
                "port with --port",
                param_hint="--port",
            ) from None

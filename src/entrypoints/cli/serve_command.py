"""Command that serves the REST API with uvicorn."""

import os
import sys
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli.app import app
from entrypoints.cli.context import read_settings

_REQUIRED = (
    *("uvicorn", "fastapi", "uvloop", "httptools", "orjson", "prometheus_client", "structlog", "fastapi_swagger"),
    "onnxruntime",
)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; any other than this machine's needs DELAY_API__KEYS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
    schema: Annotated[
        str | None, typer.Option(help="A built-in schema's name, or a YAML file's path; else DELAY_API__SCHEMA.")
    ] = None,
) -> None:
    """Serve the REST API.

    It predicts with the version at the serving alias and follows the alias. On SIGTERM it answers the requests that it
    has accepted, then stops.
    """
    if schema is not None:
        os.environ["DELAY_API__SCHEMA"] = schema
    if read_settings().api.keys is None and not _is_loopback(host):
        raise typer.BadParameter(
            f"other machines can reach {host}: set DELAY_API__KEYS to a key file (delay keys add), "
            "or listen on 127.0.0.1",
            param_hint="--host",
        )
    if read_settings().api.keys is not None:
        from entrypoints.keys import read_key_file

        read_key_file(Path(str(read_settings().api.keys)))  # an invalid file ends the command with a readable message
    _check_installed()
    arguments = ["-m", "entrypoints.api", "--host", host, "--port", str(port), "--workers", str(workers)]
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - the server needs none of the CLI's modules


def _check_installed() -> None:
    for library in _REQUIRED:
        if find_spec(library) is None:
            sys.exit(f"delay serve needs {library}: pip install 'delay-core[serve]'")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

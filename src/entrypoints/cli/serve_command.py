"""The REST API, served by uvicorn."""

import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Annotated

import typer

from entrypoints.cli.app import Schema, app
from entrypoints.cli.wiring import settings

DRAIN = 30
"""Seconds that running requests have to end when the server is told to stop."""


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine, DELAY_API__KEYS is needed.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
    schema: Schema = "smart_logistics",
) -> None:
    """Serve the REST API.

    The version at the serving alias answers, and is followed. Stops on SIGTERM, once running requests are answered.
    """
    os.environ["DELAY_API__SCHEMA"] = schema
    if settings().api.keys is None and not _is_loopback(host):
        raise typer.BadParameter(
            f"{host} can be reached by others: name a file of API keys in DELAY_API__KEYS (delay keys add), "
            "or listen on 127.0.0.1",
            param_hint="--host",
        )
    with ExitStack() as stack:
        if workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        _run(host, port, workers)


def _run(host: str, port: int, workers: int) -> None:
    import uvicorn  # noqa: PLC0415 - other commands are spared it

    # When it has stopped, uvicorn sends itself the signal again: without a handler, that would be no good end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "entrypoints.api.app:served_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

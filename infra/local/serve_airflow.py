"""Airflow in one session of processes, its API on the listening socket that is file 0; started by `airflow_server`.

`airflow standalone` imports Airflow in each of its processes, most of the start. Here one process imports it, creates
the tables, and forks the components, which share that memory. When one of them ends, all are ended.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

gc.disable()  # imported modules stay; garbage collection in them takes a tenth of the start

_LISTENER = socket.socket(fileno=os.dup(0))
_URL = f"http://127.0.0.1:{_LISTENER.getsockname()[1]}"
os.environ["AIRFLOW__API__BASE_URL"] = _URL
os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] = f"{_URL}/execution/"

import httpx  # noqa: E402
import psutil  # noqa: E402
import uvicorn  # noqa: E402
from airflow.api_fastapi import app as api  # noqa: E402
from airflow.api_fastapi.execution_api import app as execution_api  # noqa: E402, F401 - imported once for all
from airflow.cli import cli_parser  # noqa: E402
from airflow.cli.commands import dag_processor_command, scheduler_command, triggerer_command  # noqa: E402, F401
from airflow.settings import get_engine  # noqa: E402 - it reads the environment
from airflow.utils import db  # noqa: E402
from fastapi import FastAPI  # noqa: E402 - Airflow has imported it

STOP_SECONDS = 8
"""How long components and the tasks that run may take to end; the command that stops them waits for longer."""


def main() -> int:
    """Serve until SIGTERM; the exit status is 1 if a component ended."""
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)
    db.initdb()
    get_engine().dispose()
    gc.freeze()
    gc.enable()
    components: dict[int, str] = {}
    try:
        for name, run in _COMPONENTS.items():
            components[_fork(run)] = name
        pid, status = os.wait()
        name = components.pop(pid)
        print(f"{name} ended with {os.waitstatus_to_exitcode(status)}; Airflow stops", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(components)


def _serve_api() -> None:
    app = api.cached_app()
    asyncio.run(_build_execution_api(app))
    config = uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=2, timeout_keep_alive=120)
    uvicorn.Server(config).run([_LISTENER])


async def _build_execution_api(app: FastAPI) -> None:
    """The first request builds the routes of every version, which takes seconds: no task has to wait for that."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=_URL) as client:
        await client.get("/execution/health")


def _run_command(*command: str) -> None:
    arguments = cli_parser.get_parser().parse_args(command)
    arguments.func(arguments)


_COMPONENTS: Mapping[str, Callable[[], None]] = {
    "api-server": _serve_api,
    "scheduler": partial(_run_command, "scheduler", "--skip-serve-logs"),  # the API reads the files of logs
    "dag-processor": partial(_run_command, "dag-processor"),
    "triggerer": partial(_run_command, "triggerer", "--skip-serve-logs"),
}


def _fork(run: Callable[[], None]) -> int:
    """The pid of a process that runs the function and ends; it is ended with its parent where the system can do so."""
    parent = os.getpid()
    if pid := os.fork():
        return pid
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _end_with(parent)
        run()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a fork must not return
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(status)


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - for Linux alone

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)


def _end(components: Mapping[int, str]) -> None:
    """End the components, then whatever is left of this session: tasks have process groups of their own."""
    for pid in components:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while len(members := _session()) > 0 and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.05)
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _session() -> list[int]:
    """The other processes of this session."""
    members = []
    for pid in psutil.pids():
        with suppress(OSError):
            if pid != os.getpid() and os.getsid(pid) == os.getsid(0):
                members.append(pid)
    return members


def _exit(*_: object) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())

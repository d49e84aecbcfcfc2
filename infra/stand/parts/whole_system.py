"""The commands of the README's table "Whole system" that do not need Docker, run for real by make.

The services start in a copy of the clone, on the ports of the table: a port that is taken is a need that is not met.
`make compose-test` runs what needs Docker.
"""

import http.client
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.waiting import http_status, log_tail, wait_until
from infra.stand.commands import ROOT, run_command
from infra.stand.part import PartFailed
from infra.stand.tracked_tree import MAKE_VARIABLES, copy_tracked_tree

PORTS = {"API": 8000, "Airflow": 8080, "MLflow": 5001, "S3 and IAM": 4566, "User interface": 8501}
_SOURCE = "simulator://smart_logistics?rows=3000&seed=11"
_ONE_TRIAL = {"DELAY_TRIALS": "1"}
_START_SECONDS = 120
_STOP_SECONDS = 60


def free_ports() -> str | None:
    """The ports are free."""
    taken = [f"{port} ({name})" for name, port in PORTS.items() if _is_taken(port)]
    return f"a program listens on port {', '.join(taken)}" if taken else None


def run(folder: Path) -> str:
    """Start the services, train and promote a model in them, start the API and the user interface; then stop all."""
    table = (ROOT / "README.md").read_text("utf-8").partition("## Whole system\n")[2].partition("\n## ")[0]
    for name, port in PORTS.items():
        if not re.search(rf"^\| {name} \| http://127\.0\.0\.1:{port} \|.*`make [a-z-]+` \|$", table, re.MULTILINE):
            raise PartFailed(f"README.md, Whole system: no row of {name} with http://127.0.0.1:{port} and a command")
    copy_tracked_tree(folder)
    with (
        _services(folder, ("infra-up",), ("infra-down", "PURGE=1"), stopped="buckets, objects and roles are deleted"),
        _services(folder, ("ml-services-up", "AIRFLOW=0"), ("ml-services-down",), stopped="MLflow, PostgreSQL"),
    ):
        _make(folder, "infra-plan")
        _expect(_answers("MLflow", "/health"), "MLflow answers on its port")
        _expect((folder / ".services/env").stat().st_mode & 0o077 == 0, "only the owner reads .services/env")
        with _services(folder, ("airflow-up",), ("airflow-down",), stopped="Airflow"):
            _expect(_answers("Airflow", "/api/v2/monitor/health"), "Airflow answers on its port")
        _make(folder, "pipeline", f"SOURCE={_SOURCE}")
        with (
            _started(folder, "serve", "API", "/health/ready"),
            _started(folder, "ui", "User interface", "/_stcore/health"),
        ):
            pass
    return "S3 and IAM, PostgreSQL, MLflow, Airflow, a promoted model, the API, the user interface"


@contextmanager
def _services(folder: Path, start: Sequence[str], stop: Sequence[str], stopped: str) -> Iterator[None]:
    """What one command starts, until the block ends and another one prints that it is stopped."""
    try:
        _make(folder, *start)
        yield
    finally:
        printed = _make(folder, *stop)
    _expect(stopped in printed, f"`make {stop[0]}` names {stopped}: {printed}")


def _answers(name: str, path: str) -> bool:
    return http_status(PORTS[name], path) == http.client.OK


def _make(folder: Path, *arguments: str) -> str:
    return run_command("make", "--no-print-directory", *MAKE_VARIABLES, *arguments, cwd=folder, variables=_ONE_TRIAL)


@contextmanager
def _started(folder: Path, target: str, name: str, path: str) -> Iterator[None]:
    """A server in the foreground, from when it answers 200 on this path until SIGTERM ends it."""
    log = folder / f"{target}.log"
    command = ["make", "--no-print-directory", *MAKE_VARIABLES, target]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(
            lambda: process.poll() is not None or _answers(name, path),
            _START_SECONDS,
            lambda: log_tail(log),
        )
        _expect(process.poll() is None, f"`make {target}` answers {path} on port {PORTS[name]}:\n{log_tail(log)}")
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(_STOP_SECONDS)


def _expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise PartFailed(f"this should be so: {sentence}")


def _is_taken(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return False
    except OSError:
        return True

"""The commands of the README's table "Whole system" that need neither Docker nor Airflow, run for real by make.

The services start in a copy of the clone, on the ports of the table: a port that is taken is a need that is not met.
`make airflow-up` is run by `make test-airflow`, `make infra-up` by its own part.
"""

import http.client
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.waiting import http_status, log_tail, wait_until
from infra.stand.commands import ROOT, run_command
from infra.stand.part import Need, PartFailed
from infra.stand.tracked_tree import MAKE_VARIABLES, copy_tracked_tree

PORTS = {"API": 8000, "MLflow": 5001, "User interface": 8501}
_SOURCE = "simulator://smart_logistics?rows=3000&seed=11"
_ONE_TRIAL = {"DELAY_TRIALS": "1"}
_START_SECONDS = 120
_STOP_SECONDS = 60


def free_ports() -> str | None:
    """The ports are free."""
    taken = [f"{port} ({name})" for name, port in PORTS.items() if _is_taken(port)]
    return f"a program listens on port {', '.join(taken)}" if taken else None


NEEDS: tuple[Need, ...] = (free_ports,)


def run(folder: Path) -> str:
    """Start the services, train and promote a model in them, start the API and the user interface; then stop all."""
    table = (ROOT / "README.md").read_text("utf-8").partition("## Whole system\n")[2].partition("\n## ")[0]
    for name, port in PORTS.items():
        if not re.search(rf"^\| {name} \| http://127\.0\.0\.1:{port} \|.*`make [a-z-]+` \|$", table, re.MULTILINE):
            raise PartFailed(f"README.md, Whole system: no row of {name} with http://127.0.0.1:{port} and a command")
    copy_tracked_tree(folder)
    try:
        _make(folder, "ml-services-up", "AIRFLOW=0")
        _expect(http_status(PORTS["MLflow"], "/health") == http.client.OK, "MLflow answers on its port")
        _expect((folder / ".services/env").stat().st_mode & 0o077 == 0, "only the owner reads .services/env")
        _make(folder, "pipeline", f"SOURCE={_SOURCE}")
        with (
            _started(folder, "serve", PORTS["API"], "/health/ready"),
            _started(folder, "ui", PORTS["User interface"], "/_stcore/health"),
        ):
            pass
    finally:
        stopped = _make(folder, "ml-services-down")
    _expect("MLflow" in stopped and "PostgreSQL" in stopped, f"ml-services-down stops both: {stopped}")
    return "PostgreSQL, MLflow, a promoted model, the API, the user interface"


def _make(folder: Path, *arguments: str) -> str:
    return run_command("make", "--no-print-directory", *MAKE_VARIABLES, *arguments, cwd=folder, variables=_ONE_TRIAL)


@contextmanager
def _started(folder: Path, target: str, port: int, path: str) -> Iterator[None]:
    """A server in the foreground, from when it answers 200 on this path until SIGTERM ends it."""
    log = folder / f"{target}.log"
    command = ["make", "--no-print-directory", *MAKE_VARIABLES, target]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(
            lambda: process.poll() is not None or http_status(port, path) == http.client.OK,
            _START_SECONDS,
            lambda: log_tail(log),
        )
        _expect(process.poll() is None, f"`make {target}` answers {path} on port {port}:\n{log_tail(log)}")
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

"""One run of the tests, by however many processes: its name, its folder, and what lives until it ends."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from infra.local import MlflowServer, PostgresServer, S3Server

NAME = "PYTEST_RUN_OF_DELAY_CORE"
"""The variable that every process of a run inherits; its value is the run's name."""

owns_run = NAME not in os.environ
"""Whether this process began the run; others are its workers."""
os.environ.setdefault(NAME, uuid4().hex)

FOLDER = Path(tempfile.gettempdir()) / f"delay-core-run-{os.environ[NAME]}"

until_end = ExitStack()
"""What this process ends when it has run its tests, the last first."""

_process = os.getpid()


def run_folder() -> Path:
    """A folder that all processes of the run share, and that PostgreSQL's own user can reach."""
    FOLDER.mkdir(exist_ok=True)
    FOLDER.chmod(0o711)
    return FOLDER


def new_folder() -> Path:
    """A new folder within."""
    path = Path(tempfile.mkdtemp(dir=run_folder()))
    path.chmod(0o711)
    return path


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Within, no other process of the run is in a block of this name."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def end_run() -> None:
    """End what this process has started; the process that began the run ends what all share, and removes its files."""
    if os.getpid() != _process:  # a fork of it
        return
    until_end.close()
    if owns_run and FOLDER.is_dir():
        _end_shared_servers()
        shutil.rmtree(FOLDER)


def _end_shared_servers() -> None:
    if mlflow := MlflowServer.running(FOLDER / "mlflow"):
        mlflow.stop(immediate=True)
    if s3 := S3Server.running(FOLDER / "s3"):
        s3.stop()
    if postgres := PostgresServer.running(FOLDER / "postgres"):
        postgres.stop(immediate=True)


atexit.register(end_run)

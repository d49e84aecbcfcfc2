"""Real MLflow stores for tests: an embedded one and a server for the whole test run, and fresh embedded ones."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from adapters.mlflow import MlflowStore


@lru_cache
def embedded_store() -> MlflowStore:
    """The embedded store; shared, so that tests need names of their own."""
    return fresh_store(_folder())


def fresh_store(folder: Path) -> MlflowStore:
    """A fresh embedded store in `folder`, without the seconds that MLflow takes to create one."""
    shutil.copy(_template(), folder / "mlflow.db")
    return MlflowStore(f"sqlite:///{folder}/mlflow.db")


@lru_cache
def server_store() -> MlflowStore:
    """The server, which keeps and proxies the files itself; shared, so that tests need names of their own."""
    folder = _folder()
    database = fresh_store(folder)
    listener = socket.create_server(("127.0.0.1", 0))  # callers queue here until the server accepts: nothing to poll
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # uvicorn omits it for a given socket: 40 ms a call
    settings = {
        "_MLFLOW_SERVER_FILE_STORE": database.tracking_uri,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "--fd", str(listener.fileno()), "mlflow.server.fastapi_app:app"],
        env=os.environ | settings,
        pass_fds=[listener.fileno()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = listener.getsockname()[1]
    listener.close()
    atexit.register(_stop, server)
    return MlflowStore(f"http://127.0.0.1:{port}")


@lru_cache
def _template() -> Path:
    folder = _folder()
    with MlflowStore(f"sqlite:///{folder}/mlflow.db").reached("create a template"):
        return folder / "mlflow.db"


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.kill()
    server.wait()

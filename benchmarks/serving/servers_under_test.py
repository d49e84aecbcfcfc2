"""The servers that are compared: the API with and without its log, the ceiling, MLflow's own. One worker each."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from adapters.sql import Database
from benchmarks.serving import model
from benchmarks.serving.requests import Record, batch_requests, single_requests
from benchmarks.serving.server_process import start_server
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file
from infra.local.child_process import ServerProcess
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer

API = "API, log in PostgreSQL"
UNLOGGED = "API, log off"
CEILING = "ceiling: FastAPI, constant answer"
MLFLOW = "mlflow models serve"
RAW = "load, a server that parses nothing"

_PROGRAMS = Path(sys.executable).parent
_SAME_OPTIONS_AS_THE_API = (
    *("--loop", "uvloop", "--http", "httptools", "--ws", "none"),
    *("--no-access-log", "--log-level", "warning", "--no-server-header", "--no-proxy-headers"),
)


@dataclass(frozen=True)
class ServerUnderTest:
    """A running server, and its requests of one record each."""

    name: str
    process: ServerProcess
    requests: Sequence[bytes]


@dataclass(frozen=True)
class BenchmarkEnvironment:
    """What the servers share: a folder for logs, the data folder with the model, database, records, registry."""

    scratch: Path
    data: Path
    database: PostgresServer
    records: Sequence[Record]
    tracking_uri: str
    """That of an MLflow server."""
    key: str = field(default_factory=generate_key)
    """The API key of every request."""

    def count_logged(self) -> int:
        """Number of predictions in the log."""
        with psycopg.connect(self.database.url("serving", "serving_owner")) as connection:
            row = connection.execute("SELECT count(*) FROM serving_logs").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def start_database(scratch: Path) -> Iterator[PostgresServer]:
    """PostgreSQL with its default settings (every commit is on disk) and the product's tables."""
    with PostgresServer.start(scratch / "postgres") as server:
        with closing(Database(server.url("serving", "serving_owner"), "serving")) as database:
            database.upgrade()
        yield server


@contextmanager
def start_registry(scratch: Path, data: Path) -> Iterator[str]:
    """An MLflow server over the embedded registry in the data folder; its tracking URI."""
    with MlflowServer.start(scratch / "mlflow", f"sqlite:///{data.absolute() / 'mlflow' / 'mlflow.db'}") as server:
        yield server.url


@contextmanager
def start_server_under_test(name: str, environment: BenchmarkEnvironment) -> Iterator[ServerUnderTest]:
    """The server of this name, ready."""
    command, ready_path, variables = _COMMANDS[name], "/health/ready", {}
    requests = single_requests(environment.records, environment.key)
    if name in (API, UNLOGGED):
        variables = {
            "DELAY_DATA": str(environment.data),
            "DELAY_LOCAL": str(environment.data),
            "DELAY_API__KEYS": str(_write_keys(environment)),
            "MODEL_NAME": model.NAME,
            "MLFLOW_TRACKING_URI": environment.tracking_uri,
        }
        variables |= (
            {"DELAY_PREDICTION_LOG": "off"}
            if name == UNLOGGED
            else {"DELAY_SERVING_DB": environment.database.url("serving", "serving")}
        )
    elif name == MLFLOW:
        variables = {
            "MLFLOW_TRACKING_URI": environment.tracking_uri,
            "PATH": os.pathsep.join((str(_PROGRAMS), os.environ["PATH"])),  # where it looks for uvicorn
        }
        requests = batch_requests(environment.records, 1, environment.key, "/invocations", "dataframe_records")
        ready_path = "/health"
    log = environment.scratch / f"{''.join(filter(str.isalpha, name))}.log"
    with start_server(command, log, ready_path, variables) as process:
        yield ServerUnderTest(name, process, requests)


def _write_keys(environment: BenchmarkEnvironment) -> Path:
    path = environment.scratch / "keys.json"
    record = KeyRecord(name="benchmark", sha256=hash_key(environment.key.encode()), scopes=(Scope.PREDICT,))
    write_key_file(path, KeyFile(keys=(record,)))
    return path


def _program(name: str) -> str:
    return str(_PROGRAMS / name)


_SERVE = (_program("delay"), "serve", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
_COMMANDS = {
    API: _SERVE,
    UNLOGGED: _SERVE,
    CEILING: (
        sys.executable,
        "-m",
        "uvicorn",
        "benchmarks.serving.ceiling:app",
        "--port",
        "{port}",
        *_SAME_OPTIONS_AS_THE_API,
    ),
    MLFLOW: (
        *(_program("mlflow"), "models", "serve", "--model-uri", f"models:/{model.NAME}@production"),
        *("--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1"),
    ),
    RAW: (sys.executable, "-m", "benchmarks.serving.raw", "{port}"),
}

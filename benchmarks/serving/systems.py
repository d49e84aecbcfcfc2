"""The compared systems: the API with its log and without, FastAPI alone, MLflow's server; one worker process each."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from adapters.sql import Database
from benchmarks.serving import payloads, served_model
from benchmarks.serving.servers import run_server
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file
from infra.local.child_process import ServerProcess
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer

API = "API, log in PostgreSQL"
UNLOGGED = "API, log off"
CEILING = "ceiling: FastAPI, constant answer"
MLFLOW = "mlflow models serve"
RAW = "load, a server that parses nothing"

_BIN = Path(sys.executable).parent
_UVICORN_OPTIONS = (
    *("--loop", "uvloop", "--http", "httptools", "--ws", "none"),
    *("--no-access-log", "--log-level", "warning", "--no-server-header", "--no-proxy-headers"),
)
"""The options of the API's own server."""


@dataclass(frozen=True)
class System:
    """A running server, and requests of one record each in its format."""

    name: str
    server: ServerProcess
    requests: Sequence[bytes]


@dataclass(frozen=True)
class BenchmarkContext:
    """What the systems share: `scratch` for logs, `data` with the model, the database, the records, the registry."""

    scratch: Path
    data: Path
    database: PostgresServer
    records: Sequence[payloads.Record]
    mlflow: str
    """The tracking URI of a server, as a company has one."""
    key: str = field(default_factory=generate_key)
    """The API key of every request."""

    def count_logged(self) -> int:
        """The number of predictions in the log."""
        with psycopg.connect(self.database.url("serving", "serving_owner")) as connection:
            row = connection.execute("SELECT count(*) FROM serving_logs").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def run_database(scratch: Path) -> Iterator[PostgresServer]:
    """PostgreSQL with its defaults, every commit on disk, and the serving tables."""
    with PostgresServer.start(scratch / "postgres") as server:
        with closing(Database(server.url("serving", "serving_owner"), "serving")) as owned:
            owned.upgrade()
        yield server


@contextmanager
def run_registry(scratch: Path, data: Path) -> Iterator[str]:
    """An MLflow server for the embedded registry in `data`; yields its tracking URI."""
    with MlflowServer.start(scratch / "mlflow", f"sqlite:///{data.absolute() / 'mlflow' / 'mlflow.db'}") as server:
        yield server.url


@contextmanager
def run_system(name: str, context: BenchmarkContext) -> Iterator[System]:
    """The system of this name, started and ready."""
    command, ready_path, environment = _COMMANDS[name], "/health/ready", {}
    requests = payloads.single_requests(context.records, context.key)
    if name in (API, UNLOGGED):
        environment = {
            "DELAY_DATA": str(context.data),
            "DELAY_LOCAL": str(context.data),
            "DELAY_API__KEYS": str(_write_key(context)),
            "MODEL_NAME": served_model.NAME,
            "MLFLOW_TRACKING_URI": context.mlflow,
        }
        environment |= (
            {"DELAY_PREDICTION_LOG": "off"}
            if name == UNLOGGED
            else {"DELAY_SERVING_DB": context.database.url("serving", "serving")}
        )
    elif name == MLFLOW:
        environment = {
            "MLFLOW_TRACKING_URI": context.mlflow,
            "PATH": os.pathsep.join((str(_BIN), os.environ["PATH"])),  # MLflow looks for uvicorn there
        }
        ready_path = "/health"
        requests = payloads.batch_requests(context.records, 1, context.key, "/invocations", "dataframe_records")
    log = context.scratch / f"{''.join(filter(str.isalpha, name))}.log"
    with run_server(command, log, ready_path, environment) as server:
        yield System(name, server, requests)


def _write_key(context: BenchmarkContext) -> Path:
    path = context.scratch / "keys.json"
    record = KeyRecord(name="benchmark", sha256=hash_key(context.key.encode()), scopes=(Scope.PREDICT,))
    write_key_file(path, KeyFile(keys=(record,)))
    return path


def _program(name: str) -> str:
    return str(_BIN / name)


_SERVE = (_program("delay"), "serve", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
_COMMANDS = {
    API: _SERVE,
    UNLOGGED: _SERVE,
    CEILING: (
        *(sys.executable, "-m", "uvicorn", "benchmarks.serving.noop_app:app", "--port", "{port}"),
        *_UVICORN_OPTIONS,
    ),
    MLFLOW: (
        *(_program("mlflow"), "models", "serve", "--model-uri", f"models:/{served_model.NAME}@production"),
        *("--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1"),
    ),
    RAW: (sys.executable, "-m", "benchmarks.serving.raw_server", "{port}"),
}

"""Who is asked: the API with its log and without, the ceiling, MLflow's own server; one worker each, all up at once."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from adapters.sql import Database
from benchmarks.serving import asked, model
from benchmarks.serving.servers import started
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
_AS_THE_API = (
    *("--loop", "uvloop", "--http", "httptools", "--ws", "none"),
    *("--no-access-log", "--log-level", "warning", "--no-server-header", "--no-proxy-headers"),
)


@dataclass(frozen=True)
class Contestant:
    """A server, and the requests of one record each that it understands."""

    name: str
    server: ServerProcess
    requests: Sequence[bytes]


@dataclass(frozen=True)
class Ground:
    """What they stand on: a folder for their logs, the model's folder, database, registry, the records."""

    scratch: Path
    data: Path
    database: PostgresServer
    records: Sequence[asked.Record]
    mlflow: str
    """The tracking URI of a server, as a company has one."""
    key: str = field(default_factory=generate_key)
    """What the API wants to see in every request."""

    def logged(self) -> int:
        """Predictions in the log."""
        with psycopg.connect(self.database.url("serving", "serving_owner")) as connection:
            row = connection.execute("SELECT count(*) FROM serving_logs").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def database(scratch: Path) -> Iterator[PostgresServer]:
    """PostgreSQL as it comes, every commit on disk, its tables made."""
    with PostgresServer.start(scratch / "postgres") as server:
        with closing(Database(server.url("serving", "serving_owner"), "serving")) as owned:
            owned.upgrade()
        yield server


@contextmanager
def registry(scratch: Path, data: Path) -> Iterator[str]:
    """An MLflow server upon what was registered in the embedded one; its tracking URI."""
    with MlflowServer.start(scratch / "mlflow", f"sqlite:///{data.absolute() / 'mlflow' / 'mlflow.db'}") as server:
        yield server.url


@contextmanager
def contestant(name: str, ground: Ground) -> Iterator[Contestant]:
    """The one of this name, started and ready."""
    command, ready, environment = _COMMANDS[name], "/health/ready", {}
    requests = asked.one_each(ground.records, ground.key)
    if name in (API, UNLOGGED):
        environment = {
            "DELAY_DATA": str(ground.data),
            "DELAY_LOCAL": str(ground.data),
            "DELAY_API__KEYS": str(_key_file(ground)),
            "MODEL_NAME": model.NAME,
            "MLFLOW_TRACKING_URI": ground.mlflow,
        }
        environment |= (
            {"DELAY_PREDICTION_LOG": "off"}
            if name == UNLOGGED
            else {"DELAY_SERVING_DB": ground.database.url("serving", "serving")}
        )
    elif name == MLFLOW:
        environment = {
            "MLFLOW_TRACKING_URI": ground.mlflow,
            "PATH": os.pathsep.join((str(_PROGRAMS), os.environ["PATH"])),  # it looks for uvicorn there
        }
        requests, ready = asked.batches(ground.records, 1, ground.key, "/invocations", "dataframe_records"), "/health"
    log = ground.scratch / f"{''.join(filter(str.isalpha, name))}.log"
    with started(command, log, ready, environment) as server:
        yield Contestant(name, server, requests)


def _key_file(ground: Ground) -> Path:
    path = ground.scratch / "keys.json"
    known = KeyRecord(name="benchmark", sha256=hash_key(ground.key.encode()), scopes=(Scope.PREDICT,))
    write_key_file(path, KeyFile(keys=(known,)))
    return path


def _program(name: str) -> str:
    return str(_PROGRAMS / name)


_SERVE = (_program("delay"), "serve", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
_COMMANDS = {
    API: _SERVE,
    UNLOGGED: _SERVE,
    CEILING: (sys.executable, "-m", "uvicorn", "benchmarks.serving.ceiling:app", "--port", "{port}", *_AS_THE_API),
    MLFLOW: (
        *(_program("mlflow"), "models", "serve", "--model-uri", f"models:/{model.NAME}@production"),
        *("--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1"),
    ),
    RAW: (sys.executable, "-m", "benchmarks.serving.raw", "{port}"),
}

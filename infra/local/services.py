"""PostgreSQL, MLflow and, when asked for, S3, as one thing to start and stop; and their URLs, where others look."""

import shlex
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from delay_core.errors import StoreError
from infra.local import mlflow_server, s3_server
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from infra.local.private_files import exclusive_lock, write_private
from infra.local.process import listen
from infra.local.s3_server import S3Server

POSTGRES_PORT = 5432
BURIED_SECONDS = 30
BUCKETS = ("smart-logistics-data", "mlflow-model-registry")
DATABASES = {
    "DELAY_SERVING_DB": ("serving", "serving"),
    "DELAY_SERVING_OWNER_DB": ("serving", "serving_owner"),
    "DELAY_OPERATOR_DB": ("serving", "operator"),
    "DELAY_MONITORING_DB": ("monitoring", "monitoring"),
    "DELAY_MONITORING_OWNER_DB": ("monitoring", "monitoring_owner"),
    "DELAY_AIRFLOW_DB": ("airflow", "airflow"),
}
"""Variable: database and role."""


@dataclass(frozen=True)
class State:
    """One service: where it is, or None, and what one must know about it."""

    name: str
    url: str | None
    note: str


class LocalServices:
    """Everything lies in one folder. `env` there holds `KEY=value` lines for shells; `env.mk` is for make.

    make takes what the environment sets before what `env.mk` says.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.shell_file = self._folder / "env"
        self.make_file = self._folder / "env.mk"

    def up(
        self,
        mlflow_port: int = mlflow_server.PORT,
        s3_port: int | None = None,
        allowed_hosts: Iterable[str] = (),
    ) -> Mapping[str, str]:
        """Start what does not run, and write down the URLs: those by variable. S3 when given a port. Raises StoreError.

        PostgreSQL takes the port it had before, or 5432, or a free one: nobody needs to know it by heart.
        """
        with self._alone():
            if self._mlflow is None:
                listen(mlflow_port, "MLflow").close()  # rather than find out with half of the services up
            if not self._postgres and (left := self._mlflow):
                left.stop()  # the port of its database may change
            postgres = PostgresServer.start(self._folder / "postgres", self._postgres_port())
            mlflow = MlflowServer.start(
                self._folder / "mlflow",
                postgres.url("mlflow", "mlflow"),
                port=mlflow_port,
                allowed_hosts=allowed_hosts,
            )
            s3 = S3Server.running(self._folder / "s3")
            if s3_port is not None:
                s3 = S3Server.start(self._folder / "s3", s3_port, buckets=BUCKETS)
            urls = {name: postgres.url(*who) for name, who in DATABASES.items()}
            urls = {"MLFLOW_TRACKING_URI": mlflow.url, **urls, **(s3.environment if s3 else {})}
            write_private(self.shell_file, "".join(f"{name}={shlex.quote(value)}\n" for name, value in urls.items()))
            write_private(
                self.make_file,
                "".join(f"{name} ?= {_for_make(value)}\nexport {name}\n" for name, value in urls.items()),
            )
        return urls

    def down(self) -> list[str]:
        """Stop what runs, its data kept; the names of what ran. Raises StoreError."""
        with self._alone():
            for file in (self.shell_file, self.make_file):
                file.unlink(missing_ok=True)
            stopped = []
            if (s3 := S3Server.running(self._folder / "s3")) and s3.stop():
                stopped.append("S3")
            if (mlflow := self._mlflow) and mlflow.stop():
                stopped.append("MLflow")
            if postgres := self._postgres:
                postgres.stop()
                stopped.append("PostgreSQL")
        return stopped

    def states(self) -> list[State]:
        """How each service is."""
        postgres = self._postgres
        mlflow = self._mlflow
        s3 = S3Server.running(self._folder / "s3")
        databases = "databases " + ", ".join(sorted({"mlflow", *(database for database, _ in DATABASES.values())}))
        return [
            State("PostgreSQL", f"postgresql://127.0.0.1:{postgres.port}" if postgres else None, databases),
            State("MLflow", mlflow.url if mlflow else None, f"files in {self._folder / 'mlflow' / 'artifacts'}"),
            State("S3", s3.url if s3 else None, s3_server.HONESTY if s3 else "optional: --s3"),
        ]

    @property
    def _postgres(self) -> PostgresServer | None:
        # Where it was killed, its process counts as alive until the system has buried it.
        until = time.monotonic() + BURIED_SECONDS
        while (found := PostgresServer.running(self._folder / "postgres")) and not _listens(found.port):
            if time.monotonic() > until:
                raise StoreError(f"PostgreSQL in {found.folder} runs, but does not answer on port {found.port}")
            time.sleep(0.1)
        return found

    @property
    def _mlflow(self) -> MlflowServer | None:
        return MlflowServer.running(self._folder / "mlflow")

    def _postgres_port(self) -> int | None:
        if (self._folder / "postgres" / "server.json").is_file():
            return None
        return None if _listens(POSTGRES_PORT) else POSTGRES_PORT

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self._folder / "lock"):
            yield


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _for_make(value: str) -> str:
    return value.replace("$", "$$").replace("#", r"\#")

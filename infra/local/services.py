"""PostgreSQL, MLflow and optionally S3 and Airflow, started and stopped together; their URLs in files."""

import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from delay_core.errors import StoreError
from infra.local import mlflow_server, s3_server
from infra.local.airflow_server import AirflowServer
from infra.local.airflow_settings import password_file, read_login, task_environment
from infra.local.background_service import listen
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from infra.local.private_files import exclusive_lock
from infra.local.s3_server import S3Server
from infra.local.service_urls import ServiceUrls

POSTGRES_PORT = 5432
_OWNER = "services"
REAP_TIMEOUT_SECONDS = 30
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
class ServiceStatus:
    """One service: its URL, None if it does not run, and a note."""

    name: str
    url: str | None
    note: str


class LocalServices:
    """The services of one folder, which has their URLs in files (`ServiceUrls`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._urls = ServiceUrls(self._folder)
        self.shell_file, self.make_file = self._urls.shell_file, self._urls.make_file

    def up(
        self,
        mlflow_port: int = mlflow_server.PORT,
        s3_port: int | None = None,
        allowed_hosts: Iterable[str] = (),
        airflow_port: int | None = None,
    ) -> Mapping[str, str]:
        """Start the services that do not run and write their URLs; returns URLs by variable.

        S3 and Airflow only with a port. PostgreSQL uses its last port, or 5432, or a free one; Airflow uses a free port
        if its own is taken. Raises StoreError.
        """
        with self._exclusive():
            if self._mlflow is None:
                listen(mlflow_port, "MLflow").close()  # fail before half of the services have started
            if not self._postgres:
                for client in (self._airflow, self._mlflow):
                    if client:
                        client.stop()  # the port of its database may change
            postgres = PostgresServer.start(self._folder / "postgres", self._postgres_port())
            mlflow = MlflowServer.start(
                self._folder / "mlflow",
                postgres.url("mlflow", "mlflow"),
                port=mlflow_port,
                allowed_hosts=allowed_hosts,
                wait=False,
            )
            s3 = S3Server.running(self._folder / "s3")
            if s3_port is not None:
                s3 = S3Server.start(self._folder / "s3", s3_port, buckets=BUCKETS)
            urls = {name: postgres.url(*database_and_role) for name, database_and_role in DATABASES.items()}
            urls = {"MLFLOW_TRACKING_URI": mlflow.url, **urls, **(s3.environment if s3 else {})}
            airflow = self._airflow
            if airflow_port is not None or airflow:
                airflow = AirflowServer.start(
                    self._folder / "airflow",
                    urls["DELAY_AIRFLOW_DB"],
                    task_environment({**self._urls.of_others(_OWNER), **urls}, *self._data()),
                    airflow.port if airflow else _port_or_free(airflow_port),
                    wait=False,
                )
            mlflow.wait()
            if airflow:
                airflow.wait()
            self._urls.write(_OWNER, urls)
        return urls

    def stop_airflow(self) -> bool:
        """Stop Airflow alone; whether it ran. Raises StoreError."""
        with self._exclusive():
            return bool((airflow := self._airflow) and airflow.stop())

    def down(self) -> list[str]:
        """Stop the running services and keep their data; returns their names. Raises StoreError."""
        with self._exclusive():
            self._urls.remove(_OWNER)
            stopped = []
            if (airflow := self._airflow) and airflow.stop():
                stopped.append("Airflow")
            if (s3 := S3Server.running(self._folder / "s3")) and s3.stop():
                stopped.append("S3")
            if (mlflow := self._mlflow) and mlflow.stop():
                stopped.append("MLflow")
            if postgres := self._postgres:
                postgres.stop()
                stopped.append("PostgreSQL")
        return stopped

    def status(self) -> list[ServiceStatus]:
        """The status of each service."""
        postgres = self._postgres
        mlflow = self._mlflow
        s3 = S3Server.running(self._folder / "s3")
        airflow = self._airflow
        note = f"password in {password_file(self._folder / 'airflow')}" if airflow else "optional: --airflow"
        databases = "databases " + ", ".join(sorted({"mlflow", *(database for database, _ in DATABASES.values())}))
        return [
            ServiceStatus("PostgreSQL", f"postgresql://127.0.0.1:{postgres.port}" if postgres else None, databases),
            ServiceStatus(
                "MLflow", mlflow.url if mlflow else None, f"files in {self._folder / 'mlflow' / 'artifacts'}"
            ),
            ServiceStatus("Airflow", airflow.url if airflow else None, note),
            ServiceStatus("S3", s3.url if s3 else None, s3_server.LIMITATIONS if s3 else "optional: --s3"),
        ]

    @property
    def airflow_login(self) -> tuple[str, str] | None:
        """User name and password of Airflow; None before its first start."""
        return read_login(self._folder / "airflow")

    @property
    def _postgres(self) -> PostgresServer | None:
        # After a kill, its process exists until the system has reaped it.
        deadline = time.monotonic() + REAP_TIMEOUT_SECONDS
        while (server := PostgresServer.running(self._folder / "postgres")) and not _listens(server.port):
            if time.monotonic() > deadline:
                raise StoreError(f"PostgreSQL in {server.folder} runs, but does not answer on port {server.port}")
            time.sleep(0.1)
        return server

    @property
    def _mlflow(self) -> MlflowServer | None:
        return MlflowServer.running(self._folder / "mlflow")

    @property
    def _airflow(self) -> AirflowServer | None:
        return AirflowServer.running(self._folder / "airflow")

    def _data(self) -> tuple[str, Path]:
        """The product's data, and its folder on this machine, for processes that run in another folder."""
        data = os.environ.get("DELAY_DATA", "delay-data")
        local = os.environ.get("DELAY_LOCAL_DIR", "delay-data")
        return data if "://" in data else str(Path(data).absolute()), Path(local).absolute()

    def _postgres_port(self) -> int | None:
        if (self._folder / "postgres" / "server.json").is_file():
            return None
        return None if _listens(POSTGRES_PORT) else POSTGRES_PORT

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self._folder / "lock"):
            yield


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _port_or_free(port: int | None) -> int | None:
    """The port, or None if another program uses it."""
    return None if port is None or _listens(port) else port

"""A real Airflow with the product's DAGs, on PostgreSQL, with an MLflow server whose files are in S3."""

import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.airflow.client import AirflowClient
from infra.local import MlflowServer, PostgresServer, S3Server
from infra.local.airflow_server import AirflowServer
from infra.local.airflow_settings import DAGS, read_login, task_environment
from infra.local.services import BUCKETS
from support.cli import Delay
from support.postgres_server import copied

DATA = f"s3://{BUCKETS[0]}/airflow"
SOURCE = "simulator://smart_logistics?rows=1500&days=60&seed=11"
"""Sixty days from 2024-01-01: small, and good enough for a first version to be promoted."""
TRAINING = {"DELAY_TRIALS": "1", "DELAY_TRAINING_WORKERS": "1"}


@dataclass(frozen=True)
class AirflowStack:
    """The running services. `delay` runs commands on the same stores."""

    server: AirflowServer
    client: AirflowClient
    login: tuple[str, str]
    delay: Delay
    s3: Mapping[str, str]
    """The arguments of boto3's clients."""

    @property
    def command_settings(self) -> Mapping[str, str]:
        """The environment of the command `airflow`."""
        lines = shlex.split(self.server.settings_file.read_text())
        return dict(line.split("=", 1) for line in lines)


@contextmanager
def airflow_stack(folder: Path) -> Iterator[AirflowStack]:
    """All of it, with a bundle that is a copy of the DAGs at another path; stopped at the end of the block."""
    dags = folder / "bundle"
    shutil.copytree(DAGS, dags, ignore=shutil.ignore_patterns("__pycache__"))
    with (
        S3Server.start(folder / "s3", buckets=BUCKETS) as s3,
        PostgresServer.start(copied(folder / "postgres"), fsync=False) as postgres,
        MlflowServer.start(
            folder / "mlflow",
            postgres.url("mlflow", "mlflow"),
            f"s3://{BUCKETS[1]}",
            environment=s3.environment,
            wait=False,
        ) as mlflow,
    ):
        urls = {
            "MLFLOW_TRACKING_URI": mlflow.url,
            "DELAY_SERVING_DB": postgres.url("serving", "serving"),
            "DELAY_MONITORING_DB": postgres.url("monitoring", "monitoring"),
            **s3.environment,
        }
        variables = {"AIRFLOW_VAR_DELAY_SOURCE": SOURCE, **TRAINING}
        environment = {**task_environment(urls, DATA, folder / "local"), **variables}
        home = folder / "airflow"
        database = postgres.url("airflow", "airflow")
        with AirflowServer.start(home, database, environment, dags=dags) as server:
            login = read_login(home)
            assert login
            with AirflowClient.sign_in(server.url, *login) as client:
                delay = Delay(folder / "local", {**urls, "DELAY_DATA": DATA, **TRAINING})
                keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
                yield AirflowStack(server, client, login, delay, {"endpoint_url": s3.url, **keys})

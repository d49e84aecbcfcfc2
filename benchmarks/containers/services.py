"""What the pods talk to: PostgreSQL, MLflow and S3 of this machine, with two versions of a model."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from infra.images.podman import run
from infra.images.serving_check import give_to_user
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from infra.local.s3_server import S3Server

MODEL = "smart_logistics_delay"
BUCKET = "smart-logistics-data"
HOSTS = {"postgres": "127.0.0.1", "mlflow": "127.0.0.1", "s3": "127.0.0.1"}
_POSTGRES_PORT, _MLFLOW_PORT, _S3_PORT = 5432, 5000, 4566
"""The ports that the overlay of a laptop names."""
_PIPELINE = {"DELAY_TRIALS": "1", "DELAY_GATE__MINIMUM_ROWS": "off"}


@dataclass
class Services:
    """Running services; `key` is an API key with every right."""

    folder: Path
    postgres: PostgresServer
    mlflow: MlflowServer
    s3: S3Server
    key: str

    @property
    def headers(self) -> Mapping[str, str]:
        """Of requests to the API."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def secrets(self) -> Path:
        """The files that pods mount."""
        return self.folder / "secrets"

    def copy_secrets(self, name: str) -> Path:
        """A copy of the secrets, to be spoilt."""
        target = self.folder / name
        shutil.copytree(self.secrets, target)
        give_to_user(target)
        return target

    def set_alias(self, version: int, alias: str = "production") -> None:
        """Let the alias name this version."""
        body = {"name": MODEL, "alias": alias, "version": str(version)}
        requests.post(
            f"{self.mlflow.url}/api/2.0/mlflow/registered-models/alias", json=body, timeout=60
        ).raise_for_status()

    def train(self, seed: int) -> None:
        """Register a version of the model, trained on simulated shipments of this seed."""
        settings = {
            **os.environ,
            **self.s3.environment,
            **_PIPELINE,
            "DELAY_DATA": f"s3://{BUCKET}/delay",
            "DELAY_LOCAL_DIR": str(self.folder / "local"),
            "MLFLOW_TRACKING_URI": self.mlflow.url,
        }
        source = f"simulator://smart_logistics?rows=1500&seed={seed}"
        run(str(Path(sys.executable).with_name("delay")), "pipeline", "--source", source, environment=settings)


@contextmanager
def started_services(folder: Path) -> Iterator[Services]:
    """Start them and write the secrets; nothing is migrated yet."""
    folder.chmod(0o711)  # PostgreSQL runs as another user
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer.start(folder / "postgres", _POSTGRES_PORT))
        mlflow = stack.enter_context(
            MlflowServer.start(
                folder / "mlflow",
                postgres.url("mlflow", "mlflow"),
                port=_MLFLOW_PORT,
                allowed_hosts=["mlflow"],
            )
        )
        s3 = stack.enter_context(S3Server.start(folder / "s3", _S3_PORT, buckets=[BUCKET]))
        key = _write_secrets(folder / "secrets", postgres)
        yield Services(folder, postgres, mlflow, s3, key)


def _write_secrets(folder: Path, postgres: PostgresServer) -> str:
    """The files of the secrets, owned by the user of the pods; returns the API key."""
    folder.mkdir()
    roles = {
        "serving-db": ("serving", "serving"),
        "serving-owner-db": ("serving", "serving_owner"),
        "monitoring-db": ("monitoring", "monitoring"),
        "monitoring-serving-db": ("monitoring", "serving"),
        "monitoring-owner-db": ("monitoring", "monitoring_owner"),
    }
    for name, (database, role) in roles.items():
        (folder / name).write_text(postgres.url(database, role).replace("127.0.0.1", "postgres"), "utf-8")
    delay = str(Path(sys.executable).with_name("delay"))
    added = run(delay, "keys", "add", "rehearsal", "--scope", "predict", "--file", str(folder / "api-keys"))
    give_to_user(folder)
    return added.split()[0]

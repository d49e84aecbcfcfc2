"""Real MLflow stores for tests: an embedded one and a server for the whole test run, and fresh embedded ones."""

import atexit
import os
import shutil
from functools import lru_cache
from pathlib import Path

from adapters.mlflow import MlflowStore
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from support.postgres_server import folder


@lru_cache
def embedded_store() -> MlflowStore:
    """The embedded store; shared, so that tests need names of their own."""
    return fresh_store(folder())


def fresh_store(place: Path) -> MlflowStore:
    """A fresh embedded store in this folder, without the seconds that MLflow takes to create one."""
    shutil.copy(_template(), place / "mlflow.db")
    return MlflowStore(f"sqlite:///{place}/mlflow.db")


@lru_cache
def server_store() -> MlflowStore:
    """The server at DELAY_TEST_MLFLOW_URI, else one here on PostgreSQL, which hands files through.

    Shared, so that tests need names of their own.
    """
    if given := os.environ.get("DELAY_TEST_MLFLOW_URI"):
        return MlflowStore(given)
    server = MlflowServer.start(folder(), backend_uri(), wait=False)
    atexit.register(server.stop, immediate=True)
    return MlflowStore(server.url)


@lru_cache
def backend_uri() -> str:
    """A database that any number of MLflow servers may share."""
    postgres = PostgresServer.start(folder(), fsync=False)
    atexit.register(postgres.stop, immediate=True)
    return postgres.url("mlflow", "mlflow")


@lru_cache
def _template() -> Path:
    file = folder() / "mlflow.db"
    with MlflowStore(f"sqlite:///{file}").reached("create a template"):
        return file

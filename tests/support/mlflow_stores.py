"""Real MLflow stores: an embedded one of each worker, a server of the whole run, and fresh embedded ones."""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from adapters.mlflow import MlflowConnection
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from support import postgres_server
from support.run import new_folder, one_at_a_time, run_folder


@lru_cache
def embedded_store() -> MlflowConnection:
    """The embedded store; shared, so that tests need names of their own."""
    return fresh_store(new_folder())


def fresh_store(folder: Path) -> MlflowConnection:
    """A fresh embedded store in this folder, without the seconds that MLflow takes to create one."""
    shutil.copy(_template(), folder / "mlflow.db")
    return MlflowConnection(f"sqlite:///{folder}/mlflow.db")


@lru_cache
def server_store() -> MlflowConnection:
    """The server at DELAY_TEST_MLFLOW_URI, else one of the run on PostgreSQL, which hands files through.

    Shared by all workers, so that tests need names of their own.
    """
    if uri := os.environ.get("DELAY_TEST_MLFLOW_URI"):
        return MlflowConnection(uri)
    return MlflowConnection(MlflowServer.start(run_folder() / "mlflow", backend_uri(), wait=False).url)


@lru_cache
def backend_uri() -> str:
    """A database of the run that any number of MLflow servers may share."""
    folder = run_folder() / "postgres"
    with one_at_a_time("postgres"):
        if not folder.is_dir():
            postgres_server.copied(folder)
    return PostgresServer.start(folder, fsync=False).url("mlflow", "mlflow")


@lru_cache
def _template() -> Path:
    folder = run_folder() / "mlflow-template"
    with one_at_a_time("mlflow-template"):
        if not folder.is_dir():
            draft = new_folder()
            with MlflowConnection(f"sqlite:///{draft}/mlflow.db").client("create a template"):
                pass
            draft.rename(folder)
    return folder / "mlflow.db"

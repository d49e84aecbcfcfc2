"""Real MLflow: an embedded one per worker, a server for the whole test run, and fresh embedded ones."""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from adapters.mlflow import MlflowConnection
from delay_core.file_urls import sqlite_url
from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from support import postgres_server
from support.odd_paths import ODD_NAME
from support.run import new_folder, one_at_a_time, run_folder


@lru_cache
def embedded_store() -> MlflowConnection:
    """The embedded MLflow of this worker, in a folder with characters that URLs escape. Tests use unique names."""
    folder = new_folder() / ODD_NAME
    folder.mkdir()
    return fresh_store(folder)


def fresh_store(folder: Path) -> MlflowConnection:
    """A new embedded MLflow in this folder: a copy of a template, since MLflow takes seconds to create one."""
    shutil.copy(_template(), folder / "mlflow.db")
    return MlflowConnection(sqlite_url(folder / "mlflow.db"))


@lru_cache
def server_store() -> MlflowConnection:
    """The server at DELAY_TEST_MLFLOW_URI, else one of the test run, on PostgreSQL, which stores files itself.

    All workers share it; tests use unique names.
    """
    if uri := os.environ.get("DELAY_TEST_MLFLOW_URI"):
        return MlflowConnection(uri)
    return MlflowConnection(MlflowServer.start(run_folder() / "mlflow", backend_uri(), wait=False).url)


@lru_cache
def backend_uri() -> str:
    """A database of the test run that several MLflow servers may share."""
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
            temporary = new_folder()
            with MlflowConnection(f"sqlite:///{temporary}/mlflow.db").client("create a template"):
                pass
            temporary.rename(folder)
    return folder / "mlflow.db"

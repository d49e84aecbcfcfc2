"""Model catalogs and registries with what their contract suites need beside them."""

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from delay_core.file_urls import path_of
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.model_registry import ModelRegistry
from fakes import model_registry as fake
from support.lazy_module import LazyModule

if TYPE_CHECKING:  # a run on the fakes does not import MLflow
    from adapters.mlflow import MlflowConnection

mlflow = LazyModule("adapters.mlflow")
artifact_repositories = LazyModule("mlflow.store.artifact.artifact_repository_registry")
_SPEC = importlib.util.find_spec("entrypoints")
assert _SPEC
assert _SPEC.origin
CODE = Path(_SPEC.origin).parent / "pyfunc/model.py"


@dataclass
class RegistryCase:
    """A registry, the catalog under test that reads it, and a run that may register.

    `alter` replaces a file of a version in the storage, `delete_files` deletes all of them.
    """

    registry: ModelRegistry
    catalog: ModelCatalog
    run_id: str
    alter: Callable[[str, int, str, bytes], None]
    delete_files: Callable[[str, int], None]


def in_memory() -> RegistryCase:
    registry = fake.ModelRegistry()
    return RegistryCase(registry, registry, "run-1", registry.alter, registry.delete_files)


def in_mlflow(store: "MlflowConnection") -> RegistryCase:
    run_id = mlflow.ExperimentTracker(store).record("trainings", TrainingRun(uuid4().hex, {}, {}, {}))

    def alter(name: str, version: int, file: str, content: bytes) -> None:
        with store.client("alter") as client:
            source = client.get_model_version(name, str(version)).source
            assert source is not None
            run = client.get_run(run_id)
            folder = source.removeprefix(f"{run.info.artifact_uri}/")
            client.log_text(run_id, content.decode(), f"{folder}/artifacts/bundle/{file}")

    def delete_files(name: str, version: int) -> None:
        with store.client("delete") as client:
            uri = client.get_model_version_download_uri(name, str(version))
            if uri.startswith("file:"):
                shutil.rmtree(path_of(uri))
            else:
                artifact_repositories.get_artifact_repository(uri, store.tracking_uri).delete_artifacts()

    registry = mlflow.ModelRegistry(store, CODE)
    return RegistryCase(registry, registry, run_id, alter, delete_files)

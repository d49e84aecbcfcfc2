"""Model catalogs and registries with what their contract suites need beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.model_registry import ModelRegistry
from fakes import model_registry as fake
from support.lazy_module import LazyModule

if TYPE_CHECKING:  # a run on the fakes does not import MLflow
    from adapters.mlflow import MlflowConnection

mlflow = LazyModule("adapters.mlflow")
CODE = Path(__file__).parents[2] / "src/entrypoints/pyfunc/model.py"


@dataclass
class RegistryCase:
    """A registry, the catalog under test that reads it, and a run that may register.

    `alter` replaces a file of a version in the storage.
    """

    registry: ModelRegistry
    catalog: ModelCatalog
    run_id: str
    alter: Callable[[str, int, str, bytes], None]


def in_memory() -> RegistryCase:
    registry = fake.ModelRegistry()
    return RegistryCase(registry, registry, "run-1", registry.alter)


def in_mlflow(store: "MlflowConnection") -> RegistryCase:
    run_id = mlflow.ExperimentTracker(store).record("trainings", TrainingRun(uuid4().hex, {}, {}, {}))

    def alter(name: str, version: int, file: str, content: bytes) -> None:
        with store.client("alter") as client:
            source = client.get_model_version(name, str(version)).source
            assert source is not None
            run = client.get_run(run_id)
            folder = source.removeprefix(f"{run.info.artifact_uri}/")
            client.log_text(run_id, content.decode(), f"{folder}/artifacts/bundle/{file}")

    registry = mlflow.ModelRegistry(store, CODE)
    return RegistryCase(registry, registry, run_id, alter)

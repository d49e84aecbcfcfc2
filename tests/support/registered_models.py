"""Three small models of smart_logistics, registered within seconds; each predicts other probabilities."""

import pickle
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.mlflow import MlflowConnection, ModelRegistry, PromotionLog
from adapters.sklearn.families.hist_gradient_boosting import HistGradientBoosting
from adapters.sklearn.model_trainer import ModelTrainer
from benchmarks.serving.payloads import simulate_records
from delay_core import Bundle, load_schema
from delay_core.artifacts import read_bundle
from delay_core.calibration import BetaCalibration, calibrator_to_json
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.ports.model_trainer import Parameters
from delay_core.promotion import Decision
from entrypoints import pyfunc
from entrypoints.container import Container
from fakes.model_card_renderer import ModelCardRenderer
from fakes.plots import EvaluationPlots
from support.real_container import create_container
from support.run import one_at_a_time, run_folder

NAME = "smart_logistics_delay"
ALIAS = "production"
_SOURCE = "simulator://smart_logistics?rows=1500&seed=7"


@dataclass(frozen=True)
class Registered:
    """A data folder with an embedded MLflow and the cache of a server of predictions."""

    data: Path
    bundles: tuple[Bundle, ...]
    """The bundles of the versions 1, 2 and 3; a recorded decision gave version 1 the alias production."""
    records: tuple[Mapping[str, Any], ...]
    """Shipments as clients send them."""
    artifacts: Path
    """The folder of MLflow's files, also of copies."""

    def copy(self, folder: Path) -> "Registered":
        """A copy for one test, which may move aliases and register versions."""
        shutil.copytree(self.data, folder / "data", ignore=shutil.ignore_patterns("artifacts"))
        return replace(self, data=folder / "data")

    @property
    def registry(self) -> ModelRegistry:
        return ModelRegistry(self._mlflow, code=Path(pyfunc.__file__).with_name("model.py"))

    @property
    def decisions(self) -> list[Decision]:
        return PromotionLog(self._mlflow).decisions(NAME)

    def point(self, version: int) -> None:
        """Set the alias by hand."""
        self.registry.set_alias(NAME, ALIAS, version)

    def add(self, bundle: Bundle) -> int:
        """Register the bundle and return its version."""
        return self.registry.register(NAME, bundle, self.registry.versions(NAME)[0].run_id).version

    def files(self, version: int) -> list[Path]:
        """The files of this version in MLflow's storage."""
        [digest] = (known.digest for known in self.registry.versions(NAME) if known.version == version)
        [folder] = self.artifacts.rglob(digest)
        return [path for path in folder.rglob("*") if path.is_file()]

    @property
    def _mlflow(self) -> MlflowConnection:
        return MlflowConnection(f"sqlite:///{self.data / 'mlflow' / 'mlflow.db'}")


class _SingleModelTrainer(ModelTrainer):
    def initial_candidates(self) -> Mapping[str, Sequence[Parameters]]:
        parameters = HistGradientBoosting.initial_candidates[0]
        return {HistGradientBoosting.name: ({**parameters, "max_iter": 20, "max_leaf_nodes": 7},)}

    def with_rounds(self, family: str, parameters: Parameters, rounds: int) -> Parameters:
        return parameters


def registered_once() -> Registered:
    """The models of this test run, which the first process creates that needs them. Copy them, do not change them."""
    folder = run_folder() / "registered"
    path = folder / "bundles.pickle"
    with one_at_a_time("registered"):
        if not path.is_file():
            models = register(folder / "delay-data")
            path.write_bytes(pickle.dumps([dict(bundle.files) for bundle in models.bundles]))
            return models
    bundles = tuple(map(Bundle.from_files, pickle.loads(path.read_bytes())))
    return _registered(folder / "delay-data", bundles)


def register(data: Path) -> Registered:
    """Train a model, derive three bundles from it, register them, promote the first, and fill a cache with it."""
    container = create_container(data, trials=1)
    container.modeling.trainer.override(_SingleModelTrainer())
    container.modeling.plots.override(EvaluationPlots())
    container.modeling.model_card_renderer.override(ModelCardRenderer())
    bundle = _train(container)
    bundles = (bundle, altered(bundle, 0.9), altered(bundle, 0.8))
    training = TrainingRun("a" * 64, {}, {}, {"model_card.md": b"# Small"})
    run_id = container.registry.experiment_tracker().record(NAME, training)
    registry = container.registry.model_registry()
    for version in bundles:
        registry.register(NAME, version, run_id)
    first = registry.versions(NAME)[0]
    reasons = ("no version served before",)
    container.registry.promotion_log().append(
        Decision(action="promoted", name=NAME, version=1, digest=first.digest, reasons=reasons, trigger="gate")
    )
    registry.set_alias(NAME, ALIAS, 1)
    catalog = container.registry.model_catalog()
    catalog.get_by_alias(NAME, ALIAS)
    catalog.load(NAME, 1)
    return _registered(data, bundles)


def _registered(data: Path, bundles: tuple[Bundle, ...]) -> Registered:
    return Registered(data, bundles, tuple(simulate_records(400)), data / "mlflow" / "artifacts")


def altered(bundle: Bundle, slope: float, **files: bytes) -> Bundle:
    """The bundle with another calibrator, so that its probabilities differ."""
    calibrator = calibrator_to_json(BetaCalibration(a=slope, b=slope, c=0.01))
    content = {name: text for name, text in bundle.files.items() if name != "manifest.json"}
    return Bundle.pack({**content, "calibrator.json": calibrator, **files})


def _train(container: Container) -> Bundle:
    schema = load_schema("smart_logistics")
    table = container.use_cases.pipeline().prepare(schema, _SOURCE)
    trained = container.use_cases.train()(schema, table.ingested, table.prepared).report
    return read_bundle(container.storage.artifact_store(), trained.bundle)

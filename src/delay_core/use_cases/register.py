"""Register: the training is recorded, its bundle becomes a version of the model, and the version awaits promotion."""

from dataclasses import dataclass

from delay_core.artifacts import read_bundle, read_training_files
from delay_core.bundle import Bundle
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.experiment_tracker import ExperimentTracker, TrainingRun
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.progress import Progress
from delay_core.reports import IngestReport, PreprocessReport, TrainReport

STAGING = "staging"


@dataclass(frozen=True)
class Register:
    """Idempotent: the same training gives the same run, and the same bundle the same version."""

    store: ArtifactStore
    tracker: ExperimentTracker
    registry: ModelRegistry
    progress: Progress

    def __call__(
        self, name: str, ingested: IngestReport, prepared: PreprocessReport, trained: TrainReport
    ) -> ModelVersion:
        """The version that holds the bundle, with the alias `staging`."""
        bundle = read_bundle(self.store, trained.bundle)
        known = [version for version in self.registry.versions(name) if version.digest == bundle.digest]
        if not known:
            self.progress.step("Recording the training, registering the bundle")
        version = known[0] if known else self._register(name, bundle, ingested, prepared, trained)
        if self.registry.get_by_alias(name, STAGING) != version:
            self.registry.set_alias(name, STAGING, version.version)
        return version

    def _register(
        self, name: str, bundle: Bundle, ingested: IngestReport, prepared: PreprocessReport, trained: TrainReport
    ) -> ModelVersion:
        parameters: dict[str, object] = {
            "source": ingested.source,
            "schema": f"{bundle.schema.name} {bundle.schema.digest[:16]}",
            "winner": trained.winner,
            **trained.parameters[trained.winner],
            "calibration": trained.calibration.method,
            "trials": len(trained.trials),
            "train_rows": prepared.windows["train"].rows,
            "bundle": bundle.digest,
        }
        training = TrainingRun(
            address=trained.address,
            parameters={key: str(value) for key, value in parameters.items()},
            metrics=_metrics(trained),
            files={
                **read_training_files(self.store, trained.address),
                "model_card.md": bundle.files["model_card.md"],
            },
            trials=trained.trials,
        )
        return self.registry.register(name, bundle, self.tracker.record(name, training))


def _metrics(trained: TrainReport) -> dict[str, float]:
    metrics = {
        "parity": trained.parity,
        **trained.test.winner.flatten("test"),
        **trained.test.baseline.flatten("baseline"),
        **trained.test.recent.flatten("recent_rate"),
        "label_sets.coverage": trained.label_sets.coverage.value,
        "savings.saved": trained.savings.saved.value,
    }
    for family, estimates in trained.validation.items():
        metrics |= estimates.flatten(f"validation.{family}")
    return metrics

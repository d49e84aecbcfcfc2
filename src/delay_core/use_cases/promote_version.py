"""Promote a registered version, chosen by its number or by the alias of versions that await promotion."""

from collections.abc import Callable
from dataclasses import dataclass

from delay_core.artifacts import PREPROCESSED, TRAINED
from delay_core.errors import NoSuchModel
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.experiment_tracker import ExperimentTracker
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.promotion import Decision
from delay_core.recalibration import RecalibrationRecord
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.register import STAGING


@dataclass(frozen=True)
class PromotionResult:
    """The version, the decision about it, which is None if it serves already, and the version that serves now."""

    challenger: ModelVersion
    decision: Decision | None
    serving: ModelVersion | None


@dataclass(frozen=True)
class PromoteVersion:
    """Reads the reports of the recorded training, which the gate compares, and lets the gate decide."""

    store: ArtifactStore
    tracker: ExperimentTracker
    registry: ModelRegistry
    promote: Callable[[], Promote]
    alias: str

    def __call__(self, name: str, version: int | None = None, *, force: bool = False) -> PromotionResult:
        """Decide on this version, by default the one with the alias `staging`; `force` overrides failed checks.

        Raises NoSuchModel if there is no such version, or no recorded training of it, as of a recalibrated version:
        it is promoted by force only.
        """
        challenger = self._find(name, version)
        addresses = {run.run_id: run.address for run in self.tracker.runs(name)}
        if challenger.run_id not in addresses:
            raise NoSuchModel(f"version {challenger.version} of {name} has no recorded training; train it again")
        if not force:
            self._refuse_recalibrated(challenger)
        trained = TRAINED.read_report(self.store, addresses[challenger.run_id])
        prepared = PREPROCESSED.read_report(self.store, trained.prepared)
        decision = self.promote()(challenger, prepared, trained, force=force)
        return PromotionResult(challenger, decision, self.registry.get_by_alias(name, self.alias))

    def _refuse_recalibrated(self, challenger: ModelVersion) -> None:
        """The gate compares the figures of trainings; a recalibrated version has none of its own."""
        record = RecalibrationRecord.read(self.registry.load(challenger.name, challenger.version).metrics)
        if record is not None:
            raise NoSuchModel(
                f"version {challenger.version} of {challenger.name} was not trained: it is version "
                f"{record.base_version}, recalibrated; recalibrate the version that serves, or promote it with --force"
            )

    def _find(self, name: str, version: int | None) -> ModelVersion:
        if version is None:
            challenger = self.registry.get_by_alias(name, STAGING)
            if challenger is None:
                raise NoSuchModel(f"{name} has no version with the alias {STAGING}; train a model first")
            return challenger
        for known in self.registry.versions(name):
            if known.version == version:
                return known
        raise NoSuchModel(f"{name} has no version {version}; train a model first")

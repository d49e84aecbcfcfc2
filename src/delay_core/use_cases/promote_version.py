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
from delay_core.use_cases.promote import Promote
from delay_core.use_cases.register import STAGING


@dataclass(frozen=True)
class PromotionResult:
    """The version, and the decision about it; None if the version serves already."""

    challenger: ModelVersion
    decision: Decision | None


@dataclass(frozen=True)
class PromoteVersion:
    """Reads the reports of the recorded training, which the gate compares, and lets the gate decide."""

    store: ArtifactStore
    tracker: ExperimentTracker
    registry: ModelRegistry
    promote: Callable[[], Promote]

    def __call__(self, name: str, version: int | None = None, *, force: bool = False) -> PromotionResult:
        """Decide on this version, by default the one with the alias `staging`; `force` overrides failed checks.

        Raises NoSuchModel if there is no such version, or no recorded training of it.
        """
        challenger = self._find(name, version)
        addresses = {run.run_id: run.address for run in self.tracker.runs(name)}
        if challenger.run_id not in addresses:
            raise NoSuchModel(f"version {challenger.version} of {name} has no recorded training; train it again")
        trained = TRAINED.read_report(self.store, addresses[challenger.run_id])
        prepared = PREPROCESSED.read_report(self.store, trained.prepared)
        return PromotionResult(challenger, self.promote()(challenger, prepared, trained, force=force))

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

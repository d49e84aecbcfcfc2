"""Read the history of a model: its trainings, versions and promotions."""

from collections.abc import Sequence
from dataclasses import dataclass

from delay_core.ports.experiment_tracker import ExperimentTracker, RecordedRun
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.promotion import Decision


@dataclass(frozen=True)
class ModelHistory:
    """Runs are newest first, versions and decisions oldest first."""

    name: str
    runs: Sequence[RecordedRun]
    versions: Sequence[ModelVersion]
    serving: ModelVersion | None
    decisions: Sequence[Decision]
    location: str
    """Where the tracker shows the runs, for people."""


@dataclass(frozen=True)
class ReadModelHistory:
    """An unknown model has an empty history."""

    tracker: ExperimentTracker
    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def __call__(self, name: str) -> ModelHistory:
        """The history of the model. Raises StoreError."""
        return ModelHistory(
            name=name,
            runs=self.tracker.runs(name),
            versions=self.registry.versions(name),
            serving=self.registry.get_by_alias(name, self.alias),
            decisions=self.log.decisions(name),
            location=self.tracker.location(name),
        )

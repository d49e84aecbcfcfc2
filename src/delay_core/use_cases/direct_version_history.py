"""The history of a model from a registry and a record of decisions that this process reads itself."""

from dataclasses import dataclass

from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog, RecordedDecision
from delay_core.ports.version_history import VersionHistory


@dataclass(frozen=True)
class DirectVersionHistory(VersionHistory):
    """Both list the oldest first."""

    registry: ModelRegistry
    log: PromotionLog

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        return self.registry.versions(name)[::-1][:limit]

    def decisions(self, name: str, limit: int) -> list[RecordedDecision]:
        return self.log.records(name)[::-1][:limit]

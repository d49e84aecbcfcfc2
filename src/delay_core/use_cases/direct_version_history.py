"""The history of a model from a registry and a record of decisions that this process reads itself."""

from dataclasses import dataclass

from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.version_history import VersionHistory
from delay_core.promotion import Decision


@dataclass(frozen=True)
class DirectVersionHistory(VersionHistory):
    """Both list the oldest first."""

    registry: ModelRegistry
    log: PromotionLog

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        return self.registry.versions(name)[::-1][:limit]

    def decisions(self, name: str, limit: int) -> list[Decision]:
        return self.log.decisions(name)[::-1][:limit]

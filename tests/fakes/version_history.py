"""The history of a model in memory."""

from delay_core.ports import version_history as port
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.promotion_log import RecordedDecision
from fakes.model_registry import ModelRegistry
from fakes.promotion_log import PromotionLog


class VersionHistory(port.VersionHistory):
    """Reads the fakes that it is built on; while `unavailable`, it raises that."""

    def __init__(self, registry: ModelRegistry, log: PromotionLog) -> None:
        self._registry, self._log = registry, log
        self.unavailable: Exception | None = None

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        if self.unavailable is not None:
            raise self.unavailable
        return sorted(self._registry.versions(name), key=lambda version: -version.version)[:limit]

    def decisions(self, name: str, limit: int) -> list[RecordedDecision]:
        if self.unavailable is not None:
            raise self.unavailable
        return list(reversed(self._log.records(name)))[:limit]

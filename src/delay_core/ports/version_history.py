"""The versions of a model and the decisions about them, as servers of predictions read them."""

from typing import Protocol

from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.promotion_log import RecordedDecision


class VersionHistory(Protocol):
    """Reads a registry that may be slow. Raises StoreError if it is unavailable; an unknown model has no history."""

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        """At most `limit` versions, the newest first."""
        ...

    def decisions(self, name: str, limit: int) -> list[RecordedDecision]:
        """At most `limit` decisions with their times, the newest first."""
        ...

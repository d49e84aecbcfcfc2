"""The versions of a model and the decisions about them, as servers of predictions read them."""

from typing import Protocol

from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision


class VersionHistory(Protocol):
    """Reads a registry that may be slow. Raises StoreError if it is unavailable; an unknown model has no history."""

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        """At most `limit` versions, the newest first."""
        ...

    def decisions(self, name: str, limit: int) -> list[Decision]:
        """At most `limit` decisions, the newest first."""
        ...

"""The record of decisions about which version serves."""

from typing import Protocol

from delay_core.promotion import Decision


class PromotionLog(Protocol):
    """Durable, in order, append-only. Raises StoreError when it is unavailable."""

    def append(self, decision: Decision) -> None:
        """Record the decision. Appending the newest decision of a model again changes nothing."""
        ...

    def location(self, name: str) -> str:
        """A URL or a command that shows the decisions about the model, for people."""
        ...

    def decisions(self, name: str) -> list[Decision]:
        """Every decision about the model, oldest first; empty for an unknown model."""
        ...

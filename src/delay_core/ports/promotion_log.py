"""The record of decisions about which version serves."""

from typing import Protocol

from delay_core.promotion import Decision


class PromotionLog(Protocol):
    """Durable, in order; nothing is ever taken back. Raises StoreError when out of reach."""

    def append(self, decision: Decision) -> None:
        """Record the decision; telling the newest decision of its model again changes nothing."""
        ...

    def decisions(self, name: str) -> list[Decision]:
        """Every decision about the model, oldest first; empty for an unknown model."""
        ...

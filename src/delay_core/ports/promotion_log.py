"""The record of decisions about which version serves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from delay_core.promotion import Decision


@dataclass(frozen=True)
class RecordedDecision:
    """A decision, and when it was recorded: UTC, by the clock of the machine that recorded it."""

    decision: Decision
    recorded_at: datetime


class PromotionLog(Protocol):
    """Durable, in order, append-only. Raises StoreError when it is unavailable."""

    def append(self, decision: Decision, after: int | None = None) -> None:
        """Record the decision. Appending the newest decision of a model again changes nothing.

        `after` is the number of records about the model that the decision is based on. Raises ServingChanged if one of
        the later ones and this one change which version serves: of several writers that are based on the same records,
        one succeeds, whatever processes they are in. With None it is recorded in any case.
        """
        ...

    def location(self, name: str) -> str:
        """A URL or a command that shows the decisions about the model, for people."""
        ...

    def records(self, name: str) -> list[RecordedDecision]:
        """Every decision about the model with its time, oldest first; empty for an unknown model."""
        ...

    def decisions(self, name: str) -> list[Decision]:
        """The same without times."""
        return [record.decision for record in self.records(name)]

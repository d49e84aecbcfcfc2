"""Decisions in memory."""

from datetime import UTC, datetime

from delay_core.ports import promotion_log as port
from delay_core.promotion import Decision


class PromotionLog(port.PromotionLog):
    """One list for all models, in order."""

    def __init__(self) -> None:
        self._records: list[port.RecordedDecision] = []

    def append(self, decision: Decision) -> None:
        if self.decisions(decision.name)[-1:] != [decision]:
            self._records.append(port.RecordedDecision(decision, datetime.now(UTC)))

    def location(self, name: str) -> str:
        return f"{name}, in memory"

    def records(self, name: str) -> list[port.RecordedDecision]:
        return [record for record in self._records if record.decision.name == name]

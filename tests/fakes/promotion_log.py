"""Decisions in memory."""

from delay_core.ports import promotion_log as port
from delay_core.promotion import Decision


class PromotionLog(port.PromotionLog):
    """One list for all models, in order."""

    def __init__(self) -> None:
        self._decisions: list[Decision] = []

    def append(self, decision: Decision) -> None:
        if self.decisions(decision.name)[-1:] != [decision]:
            self._decisions.append(decision)

    def location(self, name: str) -> str:
        return f"{name}, in memory"

    def decisions(self, name: str) -> list[Decision]:
        return [decision for decision in self._decisions if decision.name == name]

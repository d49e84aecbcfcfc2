"""Decisions in memory."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from delay_core.ports import promotion_log as port
from delay_core.promotion import Decision, refuse_outdated

_ONE_WRITER = Lock()  # of the module: a lock is not copied with a product


class PromotionLog(port.PromotionLog):
    """One list for all models, in order; `clock` says when decisions are recorded."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._records: list[port.RecordedDecision] = []
        self.clock = clock

    def append(self, decision: Decision, after: int | None = None) -> None:
        with _ONE_WRITER:
            decisions = self.decisions(decision.name)
            if decisions[-1:] == [decision]:
                return
            if after is not None:
                refuse_outdated(decision, decisions[after:])
            self._records.append(port.RecordedDecision(decision, self.clock()))

    def location(self, name: str) -> str:
        return f"{name}, in memory"

    def records(self, name: str) -> list[port.RecordedDecision]:
        return [record for record in self._records if record.decision.name == name]

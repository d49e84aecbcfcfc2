"""What monitoring recommends to do about a model, and why."""

from dataclasses import dataclass
from enum import StrEnum

from delay_core.monitoring.decision_reason import DecisionReason
from delay_core.monitoring.time_window import TimeWindow


class Severity(StrEnum):
    """What to do, from nothing to the most urgent."""

    NONE = "none"
    WATCH = "watch"
    RETRAIN = "retrain"
    ROLL_BACK = "roll back"

    @property
    def level(self) -> int:
        """0 for none to 3 for roll back, as alert rules test it."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class MonitoringDecision:
    """The decision of one window.

    `evidence` is the highest e-value of the loss test in the window, over the life of the version; people are paged
    from 1 / false-alarm budget on. `known_outcomes` are those that the test has seen. `change_point` is the window in
    which the harm seems to have begun; None if nobody is paged.
    `changed` says that it differs from the decision of the window before, which is when people are notified.
    """

    model_name: str
    model_version: int
    window: TimeWindow
    severity: Severity
    reasons: tuple[DecisionReason, ...]
    evidence: float
    known_outcomes: int
    change_point: TimeWindow | None
    changed: bool

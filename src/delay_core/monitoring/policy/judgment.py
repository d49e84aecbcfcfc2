"""What one rule concludes."""

from dataclasses import dataclass

from delay_core.monitoring.decision_reason import DecisionReason
from delay_core.monitoring.monitoring_decision import Severity


@dataclass(frozen=True, slots=True)
class Judgment:
    """The severity, its reasons, how many calm windows in a row count towards its end, and what is watched."""

    severity: Severity
    reasons: tuple[DecisionReason, ...] = ()
    calm_windows: int = 0
    watched: tuple[str, ...] = ()

"""What one rule concludes."""

from dataclasses import dataclass

from delay_core.monitoring.decision_reason import DecisionReason
from delay_core.monitoring.monitoring_decision import Severity


@dataclass(frozen=True, slots=True)
class Judgment:
    """The severity, its reasons, and how many calm windows in a row count towards its end."""

    severity: Severity
    reasons: tuple[DecisionReason, ...] = ()
    calm_windows: int = 0

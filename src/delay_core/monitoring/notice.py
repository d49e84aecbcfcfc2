"""What people are notified of: a decision that changed."""

from dataclasses import dataclass
from typing import Any

from delay_core.digest import json_digest
from delay_core.monitoring.monitoring_decision import MonitoringDecision, Severity

_REMEDIES = {
    Severity.NONE: "nothing to do any more",
    Severity.WATCH: "watch it",
    Severity.RETRAIN: "train again",
    Severity.ROLL_BACK: "roll back to the version before",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of one decision."""

    decision: MonitoringDecision

    @property
    def id(self) -> str:
        """The same for the same version, window and severity: receivers ignore a notice that they know."""
        decision = self.decision
        identity = {
            "model_name": decision.model_name,
            "model_version": decision.model_version,
            "window_start": decision.window.start.isoformat(),
            "window_end": decision.window.end.isoformat(),
            "severity": decision.severity.value,
        }
        return json_digest(identity)[:32]

    @property
    def text(self) -> str:
        """One line for people."""
        decision = self.decision
        reasons = "; ".join(map(str, decision.reasons))
        return f"{decision.model_name} version {decision.model_version}: {_REMEDIES[decision.severity]}. {reasons}"

    def to_json(self) -> dict[str, Any]:
        """JSON values for programs; `text` is what chat programs show."""
        decision = self.decision
        change = decision.change_point
        return {
            "id": self.id,
            "text": self.text,
            "model_name": decision.model_name,
            "model_version": decision.model_version,
            "window_start": decision.window.start.isoformat(),
            "window_end": decision.window.end.isoformat(),
            "severity": decision.severity.value,
            "reasons": [
                {"code": reason.code.value, "params": dict(reason.params), "message": str(reason)}
                for reason in decision.reasons
            ],
            "evidence": decision.evidence,
            "known_outcomes": decision.known_outcomes,
            "change_start": None if change is None else change.start.isoformat(),
            "change_end": None if change is None else change.end.isoformat(),
        }

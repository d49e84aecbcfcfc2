"""From the results of a window to what to do about the model."""

from dataclasses import dataclass

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift_result import DriftResult
from delay_core.monitoring.loss_test import LossEvidence
from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.policy.drift_rule import count_drift, watch_drift
from delay_core.monitoring.policy.loss_rule import PAGED, Promotion, judge_loss, to_evidence
from delay_core.monitoring.policy.policy import MonitoringPolicy
from delay_core.monitoring.policy.state import PolicyState
from delay_core.monitoring.time_window import TimeWindow


@dataclass(frozen=True, slots=True)
class WindowEvidence:
    """What is known of a version in a window: `drift` is None if it predicted nothing."""

    model_name: str
    model_version: int
    window: TimeWindow
    loss: LossEvidence
    drift: DriftResult | None
    promotion: Promotion | None


def decide(
    evidence: WindowEvidence, state: PolicyState, policy: MonitoringPolicy
) -> tuple[MonitoringDecision, PolicyState]:
    """The decision of the window, and the state for the next one; `state` is that after the window before.

    The loss decides first. Without harm, drift that lasts is watched. A decision is withdrawn after some calm windows.
    """
    counted = count_drift(state, evidence.drift)
    judged = judge_loss(evidence.loss, evidence.window, evidence.promotion, state, policy)
    if judged.severity not in PAGED:
        judged = watch_drift(judged, counted, state, policy)
    reasons = judged.reasons or (DecisionReason(ReasonCode.STABLE),)
    if judged.severity.level < state.severity.level:
        reasons = (DecisionReason(ReasonCode.RECOVERED, {"before": state.severity.value}), *reasons)
    decision = MonitoringDecision(
        model_name=evidence.model_name,
        model_version=evidence.model_version,
        window=evidence.window,
        severity=judged.severity,
        reasons=reasons,
        evidence=to_evidence(evidence.loss.log_peak),
        known_outcomes=evidence.loss.state.outcomes,
        change_point=evidence.loss.change_point if judged.severity in PAGED else None,
        changed=judged.severity is not state.severity,
    )
    return decision, counted.after(judged)

"""What the loss test says: nothing, train again, or go back to the version before."""

from dataclasses import dataclass
from datetime import datetime
from math import exp, log

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.loss_test import LossEvidence
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.policy.judgment import Judgment
from delay_core.monitoring.policy.policy import MonitoringPolicy
from delay_core.monitoring.policy.state import PolicyState
from delay_core.monitoring.time_window import TimeWindow

PAGED = frozenset({Severity.RETRAIN, Severity.ROLL_BACK})
_MAX_LOG_EVIDENCE = 690.0
"""Higher evidence is reported as this, whose exponential is still a number."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """Since when (UTC) a version serves, and the version before it, None if there is none.

    `predecessor_is_good` says that the predecessor was monitored, and that its last decision paged nobody.
    """

    promoted_at: datetime
    predecessor: int | None = None
    predecessor_is_good: bool = False


def to_evidence(log_evidence: float) -> float:
    """The e-value of its logarithm."""
    return exp(min(log_evidence, _MAX_LOG_EVIDENCE))


def judge_loss(
    loss: LossEvidence, window: TimeWindow, promotion: Promotion | None, state: PolicyState, policy: MonitoringPolicy
) -> Judgment:
    """Page when the evidence reaches the limit; then keep the severity until enough windows in a row are calm."""
    is_paged, outcomes = state.severity in PAGED, loss.state.outcomes
    evidence = to_evidence(loss.log_peak)
    if loss.log_peak >= -log(policy.false_alarm_budget):
        if outcomes < policy.minimum_known_outcomes:
            params = {"evidence": evidence, "outcomes": outcomes, "minimum": policy.minimum_known_outcomes}
            return Judgment(Severity.NONE, (DecisionReason(ReasonCode.TOO_FEW_OUTCOMES, params),))
        severity, reasons = _choose_remedy(loss, window, promotion)
        return Judgment(state.severity if is_paged else severity, (_describe_loss(loss, evidence, policy), *reasons))
    if not is_paged:
        return Judgment(Severity.NONE)
    calm = _count_calm(loss, state, policy)
    if calm >= policy.recovery_windows:
        return Judgment(Severity.NONE)
    params = {
        "evidence": to_evidence(loss.log_evidence),
        "recovery": policy.recovery_evidence,
        "windows": policy.recovery_windows,
        "counted": calm,
    }
    return Judgment(state.severity, (DecisionReason(ReasonCode.LOSS_NOT_RECOVERED, params),), calm)


def _count_calm(loss: LossEvidence, state: PolicyState, policy: MonitoringPolicy) -> int:
    """A window without outcomes neither counts nor interrupts."""
    if loss.peak_outcomes == 0:
        return state.calm_windows
    return state.calm_windows + 1 if loss.log_evidence <= log(policy.recovery_evidence) else 0


def _choose_remedy(
    loss: LossEvidence, window: TimeWindow, promotion: Promotion | None
) -> tuple[Severity, tuple[DecisionReason, ...]]:
    """Go back if the harm began when the version was promoted: the change point may be off by one window."""
    start = None if loss.change_point is None else loss.change_point.start
    if promotion is None or start is None or start > promotion.promoted_at + (window.end - window.start):
        return Severity.RETRAIN, ()
    params = {"predecessor": promotion.predecessor}
    if promotion.predecessor is not None and promotion.predecessor_is_good:
        return Severity.ROLL_BACK, (DecisionReason(ReasonCode.BEGAN_WITH_PROMOTION, params),)
    return Severity.RETRAIN, (DecisionReason(ReasonCode.NO_BETTER_PREDECESSOR, params),)


def _describe_loss(loss: LossEvidence, evidence: float, policy: MonitoringPolicy) -> DecisionReason:
    params = {
        "harm": None if loss.harm is None else loss.harm.value,
        "since": None if loss.change_point is None else loss.change_point.start.isoformat(),
        "evidence": evidence,
        "outcomes": loss.state.outcomes,
        "limit": 1 / policy.false_alarm_budget,
    }
    return DecisionReason(ReasonCode.LOSS_TOO_HIGH, params)

"""Drift that lasts is watched; it never pages."""

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift_result import ColumnStatus, DriftResult
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.policy.judgment import Judgment
from delay_core.monitoring.policy.policy import MonitoringPolicy
from delay_core.monitoring.policy.state import PolicyState


def count_drift(state: PolicyState, drift: DriftResult | None) -> PolicyState:
    """The state with the windows in a row in which columns drifted; those without a result leave a count as it is."""
    if drift is None:
        return state
    runs = {column.column: _next(state.drift_runs.get(column.column, 0), column.status) for column in drift.columns}
    return state.model_copy(
        update={
            "drift_runs": {name: run for name, run in runs.items() if run},
            "prediction_drift_run": _next(state.prediction_drift_run, drift.prediction.status),
        }
    )


def watch_drift(judged: Judgment, counted: PolicyState, before: PolicyState, policy: MonitoringPolicy) -> Judgment:
    """The judgment with what lasting drift adds; a watch ends after some windows without it."""
    params = {"windows": policy.drift_windows}
    lasting = [name for name, run in counted.drift_runs.items() if run >= policy.drift_windows]
    reasons = judged.reasons
    if lasting:
        reasons += (DecisionReason(ReasonCode.COLUMNS_DRIFTED, {**params, "columns": lasting}),)
    if counted.prediction_drift_run >= policy.drift_windows:
        reasons += (DecisionReason(ReasonCode.PREDICTIONS_DRIFTED, params),)
    if len(reasons) > len(judged.reasons):
        return Judgment(Severity.WATCH, reasons)
    calm = before.calm_windows + 1
    if before.severity is not Severity.WATCH or calm >= policy.recovery_windows:
        return judged
    ended = DecisionReason(ReasonCode.DRIFT_NOT_RECOVERED, {"windows": policy.recovery_windows, "counted": calm})
    return Judgment(Severity.WATCH, (*reasons, ended), calm)


def _next(run: int, status: ColumnStatus) -> int:
    if status is ColumnStatus.NOT_ENOUGH_DATA:
        return run
    return run + 1 if status.is_drift else 0

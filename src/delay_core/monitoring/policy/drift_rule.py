"""Drift that lasts is watched; it never pages."""

from collections.abc import Sequence

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift.distance import PREDICTION
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
    """The judgment with what lasting drift adds; a watch ends after some windows without drift of what it watches."""
    runs = _runs(counted)
    lasting = [name for name, run in runs.items() if run >= policy.drift_windows]
    watched = tuple(sorted({*before.watched, *lasting}))
    if lasting:
        return Judgment(Severity.WATCH, (*judged.reasons, *_describe(lasting, policy)), watched=watched)
    if before.severity is not Severity.WATCH:
        return judged
    calm = 0 if any(runs.get(name) for name in watched) else before.calm_windows + 1
    if calm >= policy.watch_recovery_windows:
        return judged
    ended = DecisionReason(ReasonCode.DRIFT_NOT_RECOVERED, {"windows": policy.watch_recovery_windows, "counted": calm})
    return Judgment(Severity.WATCH, (*judged.reasons, ended), calm, watched)


def _runs(state: PolicyState) -> dict[str, int]:
    """The windows in a row in which columns and probabilities drifted."""
    return {**state.drift_runs, PREDICTION: state.prediction_drift_run}


def _describe(lasting: Sequence[str], policy: MonitoringPolicy) -> list[DecisionReason]:
    params = {"windows": policy.drift_windows}
    columns = [name for name in lasting if name != PREDICTION]
    reasons = [DecisionReason(ReasonCode.COLUMNS_DRIFTED, {**params, "columns": columns})] if columns else []
    if PREDICTION in lasting:
        reasons.append(DecisionReason(ReasonCode.PREDICTIONS_DRIFTED, params))
    return reasons


def _next(run: int, status: ColumnStatus) -> int:
    if status is ColumnStatus.NOT_ENOUGH_DATA:
        return run
    return run + 1 if status.is_drift else 0

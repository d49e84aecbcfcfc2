"""The rules of the page Model: figures, decisions and windows of monitoring as rows and points."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from delay_core.model_names import describe_model
from entrypoints.api.schemas import (
    CalibrationPoint,
    GateDecision,
    Metadata,
    Models,
    MonitoringWindow,
    OutcomesSummary,
    RecalibrationSummary,
)
from entrypoints.ui.charts import BLUE, ORANGE, FigurePoint, SharePoint
from entrypoints.ui.times import format_time

Row = dict[str, str]

FIGURES: Mapping[str, tuple[str, str]] = {
    "roc_auc": ("ROC-AUC", "ranks late shipments before punctual ones: 1 always, 0.5 by chance"),
    "pr_auc": ("PR-AUC", "the same where few shipments are late"),
    "brier": ("Brier score", "mean squared error of the probabilities: lower is better"),
    "log_loss": ("Log-loss", "error of the probabilities, confident errors most: lower is better"),
    "ece": ("Calibration error", "how far probabilities are from the shares that came late: lower is better"),
}
REALIZED, ESTIMATED = "realized", "estimated before the outcomes"
SERIES = {REALIZED: BLUE, ESTIMATED: ORANGE}
DRIFTED = "columns that drifted"
DRIFT_SERIES = {DRIFTED: BLUE}
SEVERITIES: Mapping[str, str] = {
    "none": "Nothing to do.",
    "watch": "Look at it when there is time.",
    "retrain": "Train a new model: `delay pipeline`.",
    "roll back": "Serve the version before: `delay rollback`.",
}
ACTIONS = {"promoted": "promoted", "refused": "refused", "rolled_back": "rolled back"}
MAX_REASON_LENGTH = 500
_MAX_COLUMNS = 3


def describe_family(metadata: Metadata) -> str:
    """The kind of model in words."""
    return describe_model(str(metadata.parameters.get("model", "unknown family")))


def describe_recalibration(recalibration: RecalibrationSummary, zone: tzinfo) -> str:
    """Which outcomes the probabilities and the label sets follow."""
    calibrator = recalibration.calibrator_outcomes
    prefix = f"It is version {recalibration.base_version}, recalibrated: its"
    if calibrator is not None and calibrator.known_until == recalibration.known_until:
        return f"{prefix} probabilities and label sets follow {_describe_outcomes(recalibration, zone)}."
    label_sets = f"{prefix} label sets follow {_describe_outcomes(recalibration, zone)}"
    if calibrator is None:
        return f"{label_sets}; its probabilities are those of the training."
    return f"{label_sets}; its probabilities follow {_describe_outcomes(calibrator, zone)}."


def _describe_outcomes(outcomes: OutcomesSummary, zone: tzinfo) -> str:
    first, last = (format_time(moment, zone) for moment in (outcomes.known_from, outcomes.known_until))
    return f"{outcomes.outcomes:,} outcomes that became known from {first} to {last}"


def figure_rows(metadata: Metadata) -> list[Row]:
    """The test figures of the model beside those of both baselines, those that the page has words for first."""
    names = [*(name for name in FIGURES if name in metadata.metrics_intervals)]
    names += [name for name in metadata.metrics_intervals if name not in FIGURES]
    return [
        {
            "figure": FIGURES.get(name, (name, ""))[0],
            "this model": _estimate(metadata.metrics_intervals.get(name)),
            "late rate alone": _estimate(metadata.baseline_intervals.get(name)),
            "recent late rate": _estimate(metadata.recent_rate_intervals.get(name)),
            "meaning": FIGURES.get(name, ("", ""))[1],
        }
        for name in names
    ]


def _estimate(estimate: Any) -> str:
    match estimate:
        case {"value": float() | int() as value, "low": float() | int() as low, "high": float() | int() as high}:
            return f"{value:.3f} [{low:.3f}, {high:.3f}]"
    return "–"


def calibration_points(points: Sequence[CalibrationPoint]) -> list[SharePoint]:
    """The bins of the test rows."""
    return [
        SharePoint(
            f"{point.mean_probability:.0%}",
            point.mean_probability,
            point.late_share,
            point.late_share_low,
            point.late_share_high,
            point.rows,
        )
        for point in points
    ]


def decision_rows(models: Models, zone: tzinfo) -> list[Row]:
    """The decisions of the gate and of people, the newest first."""
    return [
        {
            "version": str(decision.version),
            "recorded": format_time(decision.recorded_at, zone),
            "decision": describe_decision(decision, zone),
            "reasons": "; ".join(dict.fromkeys((*decision.reasons, *decision.notes))) or "–",
        }
        for decision in models.decisions
    ]


def describe_decision(decision: GateDecision, zone: tzinfo) -> str:
    """What was decided, what it replaced, and how often it was decided in a row."""
    words = ACTIONS[decision.action]
    if decision.trigger == "recalibration":
        words = "recalibrated" if decision.action == "promoted" else "not recalibrated"
    if decision.first_recorded_at is not None:
        words = f"{words}, {decision.occurrences} times since {format_time(decision.first_recorded_at, zone)}"
    return words if decision.replaced is None else f"{words} instead of {decision.replaced}"


def describe_evidence(window: MonitoringWindow) -> str:
    """On how many outcomes the decision is based."""
    outcomes = "1 outcome counts" if window.known_outcomes == 1 else f"{window.known_outcomes:,} outcomes count"
    return f"So far {outcomes}: those that are due, of shipments on which nobody acted."


def window_rows(windows: Sequence[MonitoringWindow]) -> list[Row]:
    """The windows of monitoring, the newest first."""
    return [
        {
            "from": f"{window.window_start:%Y-%m-%d %H:%M}",
            "version": str(window.model_version),
            "predictions": f"{window.rows:,}",
            "decision": window.severity,
            "late rate": _figure_cell(window, "late_rate"),
            "ROC-AUC": _figure_cell(window, "roc_auc"),
            "drifted": describe_drift(window.drift),
        }
        for window in windows
    ]


def describe_drift(drift: Mapping[str, Any] | None) -> str:
    """Which columns drifted."""
    if drift is None:
        return "no predictions"
    names = drifted_columns(drift)
    if names is None:
        return "not enough data"
    more = f" and {len(names) - _MAX_COLUMNS} more" if len(names) > _MAX_COLUMNS else ""
    return ", ".join(names[:_MAX_COLUMNS]) + more or "none"


def drifted_columns(drift: Mapping[str, Any]) -> list[str] | None:
    """The names of the columns that drifted; None if there were too few rows to compare."""
    statuses = {str(column.get("column")): column.get("status") for column in drift.get("columns", ())}
    if not statuses or set(statuses.values()) == {"not enough data"}:
        return None
    return [name for name, status in statuses.items() if status in _DRIFTED]


_DRIFTED = ("drifted", "absent", "all missing", "wrong type")


def figure_points(windows: Sequence[MonitoringWindow], figure: str) -> list[FigurePoint]:
    """A figure of the windows, the oldest first: realized where outcomes are known, and as it was estimated before."""
    return [point for window in reversed(windows) for point in _points(window, figure)]


def _points(window: MonitoringWindow, figure: str) -> Iterator[FigurePoint]:
    for series, part in ((REALIZED, "realized"), (ESTIMATED, "estimated")):
        match _figure(window, part, figure):
            case {"value": float() | int() as value, "low": float() | int() as low, "high": float() | int() as high}:
                yield FigurePoint(window.window_start, series, value, low, high)


def drift_points(windows: Sequence[MonitoringWindow]) -> list[FigurePoint]:
    """The share of columns that drifted in each window that could be compared, the oldest first."""
    shares = ((window.window_start, (window.drift or {}).get("dataset_share")) for window in reversed(windows))
    return [FigurePoint(start, DRIFTED, share) for start, share in shares if isinstance(share, float | int)]


def _figure_cell(window: MonitoringWindow, figure: str) -> str:
    realized = _estimate(_figure(window, "realized", figure))
    if realized != "–":
        return realized
    estimated = _estimate(_figure(window, "estimated", figure))
    return estimated if estimated == "–" else f"≈ {estimated}"


def _figure(window: MonitoringWindow, part: str, figure: str) -> Any:
    """The estimate; None where the window has none, or none that is valid."""
    performance = window.performance or {}
    if part == "estimated" and performance.get("not_estimated") is not None:
        return None
    return ((performance.get(part) or {}).get("figures") or {}).get(figure)

"""Results of monitoring that tests need and few are about; every field can be set by its name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from delay_core.evaluation import Estimate
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult
from delay_core.monitoring.monitoring_decision import MonitoringDecision, Severity
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult, PerformanceSlice
from delay_core.monitoring.time_window import TimeWindow
from delay_core.monitoring.window_result import WindowResult

MONDAY = datetime(2026, 3, 30, tzinfo=UTC)
_DECISION = (
    "model_name",
    "model_version",
    "severity",
    "reasons",
    "evidence",
    "known_outcomes",
    "change_point",
    "changed",
)


def drift_result(effects: Sequence[float] = (0.3, 0.1), rows: int = 1200) -> DriftResult:
    """Columns `C0`, `C1`, … that moved so far, the first with new categories; the predictions moved by .05."""
    columns = tuple(
        ColumnDrift(
            column=f"C{number}",
            status=ColumnStatus.DRIFTED if effect > 0.2 else ColumnStatus.STABLE,
            rows=rows,
            method="KS",
            effect=effect,
            p_value=effect / 7,
            adjusted_p_value=effect / 3,
            missing_share=0.25,
            reference_missing_share=0.125,
            missing_p_value=1e-300,
            new_category_share=None if number else 0.5,
            new_categories=() if number else ("Ä", "b"),
        )
        for number, effect in enumerate(effects)
    )
    prediction = ColumnDrift("probability", ColumnStatus.STABLE, rows, "KS", 0.05)
    return DriftResult(rows, columns, prediction, dataset_share=0.5, missing_share=0.25)


def performance_result(maturity: float = 0.75) -> PerformanceResult:
    """Realized, naive and estimated figures; there are none without actions."""
    figures = PerformanceFigures(
        900, 300, {name: Estimate(value=1 / 3, low=0.1 + 0.2, high=0.5) for name in ("brier", "roc_auc")}
    )
    return PerformanceResult(
        rows=1200,
        maturity=maturity,
        overdue=3,
        acted_on=7,
        realized=figures,
        naive=figures,
        without_actions=None,
        estimated=figures,
        not_estimated="out of support",
        inferred=2,
        outside_share=0.0625,
        slices=(PerformanceSlice("Mode", "Ä", figures), PerformanceSlice("Port", "(missing)", figures)),
    )


def window_result(start: datetime = MONDAY, **fields: Any) -> WindowResult:
    """The result of the day that begins at `start`."""
    window = TimeWindow(start, start + timedelta(days=1))
    decision: dict[str, Any] = {
        "model_name": "late",
        "model_version": 1,
        "window": window,
        "severity": Severity.NONE,
        "reasons": (),
        "evidence": 1.0,
        "known_outcomes": 0,
        "change_point": None,
        "changed": False,
    }
    decision |= {name: fields.pop(name) for name in decision if name in fields}
    defaults: dict[str, Any] = {"schema_digest": "5" * 64, "as_of": window.end, "rows": 1200}
    return WindowResult(MonitoringDecision(**decision), **defaults | fields)

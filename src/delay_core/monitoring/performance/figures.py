"""The figures of a set of rows, with their intervals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import METRICS, Estimate, Metric, cost_savings, percentile_estimate, wilson_bounds
from delay_core.monitoring.performance.label_draws import LabelDraws, PartlyLabeledRows
from delay_core.monitoring.performance_result import PerformanceFigures
from delay_core.schema import Costs

MIN_CLASS_ROWS = 10
"""With fewer late rows, or fewer punctual ones, figures of ranking say nothing."""
RANKING = ("roc_auc", "pr_auc")
LATE_RATE = Metric(
    "late_rate",
    "late rate",
    "lower",
    lambda ranked: ranked.late_rows / ranked.rows,
    lambda _: lambda resampled: resampled.late_rows / resampled.rows,
)


def monitored_metrics(costs: Costs | None) -> tuple[Metric, ...]:
    """The metrics of training, the late rate, and the savings at these costs."""
    return (*METRICS, LATE_RATE, cost_savings(costs))


def measure(rows: PartlyLabeledRows, metrics: Sequence[Metric], seed: int, *, bootstrap: bool) -> PerformanceFigures:
    """The figures of these rows; the number of rows and of late ones are those with a label."""
    late = rows.expected_late
    if min(late, len(rows.late) - late) < MIN_CLASS_ROWS:
        metrics = [metric for metric in metrics if metric.name not in RANKING]
    draws = LabelDraws(rows, metrics)
    resampled = draws.resampled(seed, bootstrap=bootstrap)
    return PerformanceFigures(
        rows=int(rows.labeled.sum()),
        late=int(rows.late[rows.labeled].sum()),
        figures={
            name: _estimate(name, value, resampled[name], len(rows.late)) for name, value in draws.values().items()
        },
    )


def _estimate(name: str, value: float, resampled: NDArray[np.float64], rows: int) -> Estimate:
    """The bootstrap interval; that of a rate is at least Wilson's, since without late rows no draw has one."""
    estimate = percentile_estimate(value, resampled[np.isfinite(resampled)])
    if name != LATE_RATE.name:
        return estimate
    [low], [high] = wilson_bounds(np.array([value]), np.array([rows]))
    return Estimate(
        value=estimate.value,
        low=round(min(estimate.low, max(float(low), 0.0)), 6),
        high=round(max(estimate.high, min(float(high), 1.0)), 6),
    )

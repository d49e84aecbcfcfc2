"""Whether the realized figures of mature windows contradict what was estimated for them."""

from collections.abc import Mapping, Sequence

import numpy as np

from delay_core.evaluation import Estimate
from delay_core.monitoring.performance_result import PerformanceResult

COMPARED = ("late_rate", "brier", "log_loss")
"""The figures that an estimate is judged by."""


MIN_MATURITY = 0.9
"""Windows of which fewer outcomes count judge no later estimate."""


def is_contradicted(windows: Sequence[PerformanceResult]) -> bool:
    """Whether one of the figures was off by more than both intervals explain, on average over the windows.

    The uncertainty of the estimate does not shrink with the number of windows: they share the reference.
    """
    pairs = [
        (window.estimated.figures, window.realized.figures)
        for window in windows
        if window.estimated is not None and window.realized is not None
    ]
    return any(_differs(pairs, name) for name in COMPARED)


def mature_windows(windows: Sequence[PerformanceResult]) -> list[PerformanceResult]:
    """Those windows whose outcomes can contradict an estimate of another one."""
    return [window for window in windows if window.maturity >= MIN_MATURITY]


def _differs(windows: Sequence[tuple[Mapping[str, Estimate], Mapping[str, Estimate]]], name: str) -> bool:
    pairs = [
        (estimated[name], realized[name]) for estimated, realized in windows if name in estimated and name in realized
    ]
    if not pairs:
        return False
    difference = np.mean([realized.value - estimated.value for estimated, realized in pairs])
    estimated_width = np.mean([_half_width(estimated) for estimated, _ in pairs])
    realized_width = np.sqrt(sum(_half_width(realized) ** 2 for _, realized in pairs)) / len(pairs)
    return bool(abs(difference) > estimated_width + realized_width)


def _half_width(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2

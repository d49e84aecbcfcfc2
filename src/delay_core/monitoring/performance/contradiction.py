"""Whether the realized figures of mature windows contradict what was estimated for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.evaluation import Estimate
from delay_core.monitoring.performance_result import PerformanceFigures

COMPARED = ("late_rate", "brier", "log_loss")
"""The figures that an estimate is judged by."""


@dataclass(frozen=True)
class MatureWindow:
    """What was estimated for a window, and what its outcomes showed."""

    estimated: PerformanceFigures
    realized: PerformanceFigures


def is_contradicted(windows: Sequence[MatureWindow]) -> bool:
    """Whether one of the figures was off by more than both intervals explain, on average over the windows.

    The uncertainty of the estimate does not shrink with the number of windows: they share the reference.
    """
    return any(_differs(windows, name) for name in COMPARED)


def _differs(windows: Sequence[MatureWindow], name: str) -> bool:
    pairs = [
        (window.estimated.figures[name], window.realized.figures[name])
        for window in windows
        if name in window.estimated.figures and name in window.realized.figures
    ]
    if not pairs:
        return False
    difference = np.mean([realized.value - estimated.value for estimated, realized in pairs])
    estimated_width = np.mean([_half_width(estimated) for estimated, _ in pairs])
    realized_width = np.sqrt(sum(_half_width(realized) ** 2 for _, realized in pairs)) / len(pairs)
    return bool(abs(difference) > estimated_width + realized_width)


def _half_width(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2

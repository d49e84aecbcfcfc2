"""Known outcomes of a calibrated model, in worlds that are as it says, and in others."""

import numpy as np
from numpy.typing import NDArray

from delay_core.recalibration import MaturedOutcomes

JUMP = 1.5
"""Of the log-odds: the late rate rises by about 30 points."""

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]
Mask = NDArray[np.bool_]


def draw_log_odds(rows: int, seed: int = 0, *, slope: float = 1.0, shift: float = 0.0) -> tuple[Floats, Labels]:
    """Log-odds of a calibrated model, and labels of a world whose log-odds are `slope` times them plus `shift`."""
    draw = np.random.default_rng(seed)
    log_odds = draw.normal(-0.6, 1.3, rows)
    labels = draw.random(rows) < 1 / (1 + np.exp(-slope * log_odds - shift))
    return log_odds, labels.astype(np.int8)


def as_promised(labels: Labels) -> Mask:
    """Sets that hold nine of ten outcomes of each class."""
    number = np.where(labels == 1, np.cumsum(labels), np.cumsum(1 - labels))
    return np.asarray(number % 10 != 0)


def outcomes_of(
    *parts: tuple[Floats, Labels], acted: Mask | None = None, covered: Mask | None = None, copies: int = 1
) -> MaturedOutcomes:
    """One outcome an hour, of log-odds and labels one after the other; each row so many times, as a group."""
    log_odds, labels = (np.concatenate(arrays).repeat(copies) for arrays in zip(*parts, strict=True))
    rows = len(labels)
    return MaturedOutcomes(
        scores=1 / (1 + np.exp(-log_odds)),
        labels=labels,
        known_at=np.datetime64("2025-01-01", "us") + np.arange(rows) * np.timedelta64(1, "h"),
        acted=np.zeros(rows, dtype=np.bool_) if acted is None else acted,
        covered=as_promised(labels) if covered is None else covered,
        groups=np.arange(rows) // copies,
    )

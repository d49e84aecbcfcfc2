"""Moves probabilities to the late rate of each fold, so that only their shape is left to calibrate."""

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import expit_on_grid, log_probabilities

BISECTIONS = 60
"""Halvings of the range of shifts: more than float64 has bits."""
MAX_SHIFT = 30.0
"""In log-odds, to either side: the distance between the extreme probabilities."""

Floats = NDArray[np.float64]


def match_levels(labels: NDArray[np.int8], probabilities: Floats, fold: NDArray[np.int64]) -> Floats:
    """The probabilities [rows], with the log-odds of each fold shifted so that their mean is the fold's late rate.

    A fold in which all shipments are late, or none, stays as it is: no shift reaches its late rate.
    """
    matched = probabilities.copy()
    for number in np.unique(fold):
        rows = fold == number
        late_rate = labels[rows].mean()
        if 0 < late_rate < 1:
            matched[rows] = _shift_to_mean(probabilities[rows], float(late_rate))
    return matched


def _shift_to_mean(probabilities: Floats, mean: float) -> Floats:
    log_odds = np.add(*log_probabilities(probabilities))
    low, high = -MAX_SHIFT, MAX_SHIFT
    for _ in range(BISECTIONS):
        shift = (low + high) / 2
        is_too_low = expit_on_grid(log_odds + shift).mean() < mean
        low, high = (shift, high) if is_too_low else (low, shift)
    return expit_on_grid(log_odds + low)

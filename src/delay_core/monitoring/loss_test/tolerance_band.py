"""How far true probabilities may be from the served ones before it counts as harm."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

_NORMAL_QUANTILE = 1.96
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class ToleranceBand:
    """True log-odds from `below` less to `above` more than the served ones are no harm; both at least 0."""

    below: float
    above: float

    def __post_init__(self) -> None:
        """Raise ValueError for a band that excludes the served probability."""
        if not (self.below >= 0 and self.above >= 0):
            raise ValueError(f"the tolerance band is -{self.below:g} to +{self.above:g}: both must be at least 0")


def fit_tolerance_band(
    tolerance: float, probabilities: NDArray[np.float64], late: NDArray[np.int8], groups: NDArray[np.int64]
) -> ToleranceBand:
    """At least `tolerance` on both sides, and what the reference rows [rows] cannot exclude.

    The rows give an interval (95 %) of the mean error in log-odds, by one Newton step from the served probabilities;
    rows of one group count as one observation in it. Without rows, the band is `tolerance`.
    """
    information = float(np.sum(probabilities * (1 - probabilities)))
    if information == 0:
        return ToleranceBand(tolerance, tolerance)
    _, numbers = np.unique(groups, return_inverse=True)
    residuals = np.bincount(numbers, weights=late - probabilities)
    expected = np.bincount(numbers, weights=probabilities * (1 - probabilities))
    error = float(residuals.sum()) / information
    spread = max(float(np.sum(residuals**2)), float(expected.sum()))
    half_width = _NORMAL_QUANTILE * sqrt(spread) / information
    return ToleranceBand(max(tolerance, half_width - error), max(tolerance, half_width + error))

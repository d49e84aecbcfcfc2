"""How far true probabilities may be from the served ones before it counts as harm."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import EPSILON

Floats = NDArray[np.float64]
MIN_DIFFERENCE = 0.001
"""Of probabilities."""


@dataclass(frozen=True, slots=True)
class ToleranceBand:
    """True log-odds from `below` less to `above` more than the served ones are no harm; both at least 0.

    Neither is a difference of MIN_DIFFERENCE: served probabilities of one in a thousand are hardly ever that exact.
    """

    below: float
    above: float

    def __post_init__(self) -> None:
        """Raise ValueError for a band that excludes the served probability."""
        if not (self.below >= 0 and self.above >= 0):
            raise ValueError(f"the tolerance band is -{self.below:g} to +{self.above:g}: both must be at least 0")

    def edges(self, served: Floats) -> tuple[Floats, Floats]:
        """The lowest and the highest true probabilities [rows] that are no harm."""
        log_odds = np.log(served / (1 - served))
        lower = np.minimum(1 / (1 + np.exp(self.below - log_odds)), served - MIN_DIFFERENCE)
        upper = np.maximum(1 / (1 + np.exp(-self.above - log_odds)), served + MIN_DIFFERENCE)
        return np.maximum(lower, EPSILON), np.minimum(upper, 1 - EPSILON)


def fit_tolerance_band(
    tolerance: float, probabilities: Floats, late: NDArray[np.int8], groups: NDArray[np.int64]
) -> ToleranceBand:
    """At least `tolerance` on both sides, and what the reference rows [rows] cannot exclude.

    Their mean error in log-odds is that of one Newton step from the served probabilities; its standard error counts
    rows of one group as one observation. The band reaches one standard error beyond it; without rows it is `tolerance`.
    """
    information = float(np.sum(probabilities * (1 - probabilities)))
    if information == 0:
        return ToleranceBand(tolerance, tolerance)
    _, numbers = np.unique(groups, return_inverse=True)
    residuals = np.bincount(numbers, weights=late - probabilities)
    expected = np.bincount(numbers, weights=probabilities * (1 - probabilities))
    error = float(residuals.sum()) / information
    spread = max(float(np.sum(residuals**2)), float(expected.sum()))
    standard_error = sqrt(spread) / information
    return ToleranceBand(max(tolerance, standard_error - error), max(tolerance, standard_error + error))

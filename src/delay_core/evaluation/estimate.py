"""A figure with its interval, and how intervals are computed."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Z_95 = 1.96
"""Standard errors from the mean to either end of a 95 % interval."""


class Estimate(BaseModel):
    """A figure with its 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def percentile_estimate(value: float, resampled: NDArray[np.float64]) -> Estimate:
    """The value with the 95 % percentile interval of its bootstrap distribution [resamples]."""
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Estimate(value=round(value, 6), low=round(float(low), 6), high=round(float(high), 6))


def wilson_bounds(
    share: NDArray[np.float64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's (1927) 95 % interval of shares [n], each of so many rows [n], before it is clipped to 0 and 1.

    It holds for few rows and for shares near 0 or 1, where a bootstrap interval is too short.
    """
    center = (share + Z_95**2 / (2 * rows)) / (1 + Z_95**2 / rows)
    half_width = Z_95 / (1 + Z_95**2 / rows) * np.sqrt(share * (1 - share) / rows + Z_95**2 / (4 * rows**2))
    return center - half_width, center + half_width


def bonferroni_interval(estimate: Estimate, comparisons: int) -> Estimate:
    """The estimate with an interval so wide that the intervals of all `comparisons` hold together at 95 %.

    The 95 % interval is stretched by the ratio of normal quantiles, because 300 resamples do not reach quantiles
    beyond 1 in 300.
    """
    normal = NormalDist()
    factor = normal.inv_cdf(1 - 0.025 / comparisons) / normal.inv_cdf(0.975)
    low, high = (estimate.value + (end - estimate.value) * factor for end in (estimate.low, estimate.high))
    return Estimate(value=estimate.value, low=round(low, 6), high=round(high, 6))

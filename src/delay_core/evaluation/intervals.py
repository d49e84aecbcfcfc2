"""How 95 % intervals are computed.

`estimate.py` imports no numpy: commands that print recorded estimates start sooner.
"""

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation.estimate import Estimate

Z_95 = 1.96
"""Standard errors from the mean to either end of a 95 % interval."""


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

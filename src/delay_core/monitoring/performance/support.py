"""Which rows of a window lie outside the reference's support: nothing is known about rows like them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns

Mask = NDArray[np.bool_]


def outside_support(reference: Columns, window: Columns, ratios: NDArray[np.float64], max_ratio: float) -> Mask:
    """The rows [rows of the window] that the reference does not cover.

    A number outside the reference's range, a category that it does not have, a missing value where it has none, or a
    density ratio `ratios` [rows of the window] above the limit.
    """
    outside = ratios > max_ratio
    for name, values in reference.items():
        if name in window:
            outside |= _unseen(values, window[name])
    return outside


def _unseen(reference: NDArray[Any], window: NDArray[Any]) -> Mask:
    if reference.dtype == object:
        seen = set(reference)
        return np.array([value not in seen for value in window], dtype=np.bool_)
    missing = np.isnan(reference)
    unseen = np.isnan(window) & ~missing.any()
    if not missing.all():
        low, high = np.nanmin(reference), np.nanmax(reference)
        unseen |= (window < low) | (window > high)
    return np.asarray(unseen)

"""Weights that give the reference the window's mix of weekdays: weekends differ from workdays without any drift."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MIN_WEEKDAY_ROWS = 100
"""With fewer reference rows of a weekday, its served rows are compared with all reference rows."""


def weekday_weights(
    reference: NDArray[np.datetime64], window: NDArray[np.datetime64], timezone: str
) -> NDArray[np.float64]:
    """The weight of each reference row; they add up to 1 (post-stratification).

    Both arrays are prediction points [rows], UTC; `timezone` decides which weekday a moment is on.
    """
    zone = ZoneInfo(timezone)
    weekdays = _weekdays(reference, zone)
    counts = np.bincount(weekdays, minlength=7)
    shares = np.bincount(_weekdays(window, zone), minlength=7) / len(window)
    is_own = counts >= MIN_WEEKDAY_ROWS
    own = np.where(is_own, shares / np.maximum(counts, 1), 0.0)
    weights: NDArray[np.float64] = own[weekdays] + shares[~is_own].sum() / len(reference)
    return weights


def _weekdays(moments: NDArray[np.datetime64], zone: ZoneInfo) -> NDArray[np.int64]:
    """0 (Monday) to 6 of each UTC moment [rows], in the timezone."""
    hours, position = np.unique(moments.astype("datetime64[h]"), return_inverse=True)
    # a zone's offset may change by half an hour: the weekday of the exact moment counts where hours straddle midnight
    local = pd.DatetimeIndex(hours).tz_localize("UTC").tz_convert(zone)
    if all(offset == 0 for offset in local.minute):
        return np.asarray(local.weekday, dtype=np.int64)[position]
    exact = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone)
    return np.asarray(exact.weekday, dtype=np.int64)

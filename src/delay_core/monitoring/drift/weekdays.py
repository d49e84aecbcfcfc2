"""Weekdays: weekends differ from workdays without any drift, so a window is compared with the same weekdays."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MIN_WEEKDAY_ROWS = 100
"""With fewer reference rows of a weekday, its served rows are compared with all reference rows."""


@dataclass(frozen=True, eq=False)
class ReferenceWeekdays:
    """The weekday of each reference row [rows], 0 (Monday) to 6; None for a table without times."""

    weekdays: NDArray[np.int64] | None
    rows: int
    timezone: str

    @classmethod
    def of(cls, prediction_points: NDArray[np.datetime64] | None, rows: int, timezone: str) -> "ReferenceWeekdays":
        """The weekdays of these moments [rows], UTC, in the timezone."""
        weekdays = None if prediction_points is None else _weekdays(prediction_points, timezone)
        return cls(weekdays, rows, timezone)

    @property
    def equal_weights(self) -> NDArray[np.float64]:
        """The weight of each reference row where weekdays make no difference; weights add up to 1."""
        return np.full(self.rows, 1 / self.rows)

    def weights(self, window: NDArray[np.datetime64] | None) -> NDArray[np.float64]:
        """The weight of each reference row that gives them the mix of these moments (post-stratification)."""
        if self.weekdays is None or window is None:
            return self.equal_weights
        counts = np.bincount(self.weekdays, minlength=7)
        shares = np.bincount(_weekdays(window, self.timezone), minlength=7) / len(window)
        is_own = counts >= MIN_WEEKDAY_ROWS
        own = np.where(is_own, shares / np.maximum(counts, 1), 0.0)
        weights: NDArray[np.float64] = own[self.weekdays] + shares[~is_own].sum() / self.rows
        return weights

    def masks(self) -> Iterator[NDArray[np.bool_]]:
        """The reference rows of each weekday with enough of them."""
        if self.weekdays is not None:
            masks = (self.weekdays == weekday for weekday in range(7))
            yield from (mask for mask in masks if mask.sum() >= MIN_WEEKDAY_ROWS)


def _weekdays(moments: NDArray[np.datetime64], timezone: str) -> NDArray[np.int64]:
    quarters, position = np.unique(moments.astype("datetime64[m]").astype(np.int64) // 15, return_inverse=True)
    local = pd.DatetimeIndex((quarters * 15).astype("datetime64[m]")).tz_localize("UTC").tz_convert(ZoneInfo(timezone))
    weekdays: NDArray[np.int64] = np.asarray(local.weekday, dtype=np.int64)[position]  # offsets are quarters of an hour
    return weekdays

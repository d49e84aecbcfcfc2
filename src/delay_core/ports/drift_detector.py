"""Measuring how far the columns of a window are from those of a reference."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.monitoring.drift import ColumnDistance

MIN_VALUES = 50
"""A column with fewer values, missing ones not counted, has no effect and no p-value."""


class FittedReference(Protocol):
    """A reference that windows are compared with."""

    def compare(
        self, columns: Columns, groups: NDArray[np.int64] | None, weights: NDArray[np.float64]
    ) -> tuple[ColumnDistance, ...]:
        """The distance of each of these columns, in their order.

        `columns` are some of the reference's, each with at least one value here and there; numbers are float64 with
        NaN, categories str and None, all arrays [rows]. `groups` [rows] numbers rows that depend on each other (None:
        no rows do). `weights` [rows of the reference] are those of its rows, and add up to 1. Deterministic; the result
        of a column does not depend on which others there are.
        """
        ...


class DriftDetector(Protocol):
    """Two-sample tests, one method for each type of column."""

    def fit(self, columns: Columns, groups: NDArray[np.int64] | None) -> FittedReference:
        """Prepare the columns and groups [rows] of a reference, in the same form."""
        ...

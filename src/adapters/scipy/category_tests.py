"""The test of categorical columns: Pearson's chi-squared of two samples, corrected for groups and weights.

The effect is the total variation distance: the share of rows that would have to change their category. Categories of
which fewer than five rows are expected are one cell; those that the reference does not have are another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from adapters.scipy.grouped_rows import Floats, GroupedRows
from adapters.scipy.missing_test import missing_p_values
from delay_core.monitoring.drift import ColumnDistance
from delay_core.monitoring.drift.cells import CategoryCells
from delay_core.ports.drift_detector import MIN_VALUES

METHOD = "total variation distance, chi-squared test"
MIN_EXPECTED = 5


@dataclass(frozen=True, eq=False)
class CategoryShares:
    """The share of each category among the values [cells], and of values among the rows, with their variances."""

    shares: Floats
    values: float
    variance: float
    missing_variance: float


@dataclass(frozen=True, eq=False)
class CategoryTest:
    """A categorical column of a reference, prepared once."""

    column: str
    cells: CategoryCells
    codes: NDArray[np.intp]

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_]) -> "CategoryTest":
        """The column's values in the reference [rows]."""
        cells = CategoryCells.fit(values)
        return cls(column, cells, cells.codes(values))

    def reference_shares(self, rows: GroupedRows) -> CategoryShares:
        """The shares of the reference with these weights."""
        return self._shares(self.codes, rows)

    def compare(self, reference: CategoryShares, values: NDArray[np.object_], rows: GroupedRows) -> ColumnDistance:
        """The distance of a window's values [rows]."""
        window = self._shares(self.cells.codes(values), rows)
        missing = missing_p_values(
            np.array([1 - reference.values]),
            np.array([reference.missing_variance]),
            np.array([1 - window.values]),
            np.array([window.missing_variance]),
        )
        enough = min(window.values * len(values), reference.values * len(self.codes)) >= MIN_VALUES - 0.5
        effect, p_value = compare_shares(reference, window, self.cells.new) if enough else (None, None)
        return ColumnDistance(self.column, METHOD, effect, p_value, round(1 - reference.values, 12), float(missing[0]))

    def _shares(self, codes: NDArray[np.intp], rows: GroupedRows) -> CategoryShares:
        cells = self.cells.missing + 1
        weights = np.bincount(codes, rows.weights, cells)
        values = 1 - float(weights[-1]) if weights[-1] else 1.0
        some = values or 1.0
        shares = weights[:-1] / some
        variance, missing_variance = rows.independent_variance / some, rows.independent_variance
        if not rows.are_independent:
            is_value = codes != self.cells.missing
            of_cells, of_missing = _between_groups(codes, is_value, shares, values, rows)
            variance = max(variance, _ratio(of_cells / some**2, 1 - float(np.sum(shares**2))))
            missing_variance = max(missing_variance, _ratio(of_missing, values * (1 - values)))
        return CategoryShares(shares, values, variance, missing_variance)


def _between_groups(
    codes: NDArray[np.intp], is_value: NDArray[np.bool_], shares: Floats, values: float, rows: GroupedRows
) -> tuple[float, float]:
    """The variances of all shares together, and of the share of values, from sums over groups."""
    group_values = np.bincount(rows.codes, rows.weights * is_value, rows.groups)
    group_weights = np.bincount(rows.codes, rows.weights, rows.groups)
    of_missing = float(np.sum((group_values - values * group_weights) ** 2))
    # the sum over groups and cells of (weight of the cell in the group - share of the cell · weight of the group)²
    valued = GroupedRows(rows.weights * is_value, rows.codes, rows.groups)
    expected = np.append(shares, 0.0)[codes]
    crossed = float(np.sum(valued.weights * expected * group_values[rows.codes]))
    squared = valued.sum_of_squared_pairs(codes)
    of_cells = squared - 2 * crossed + float(np.sum(group_values**2)) * float(np.sum(shares**2))
    return of_cells * rows.correction, of_missing * rows.correction


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 1e-12 else 0.0


def compare_shares(reference: CategoryShares, window: CategoryShares, new: int) -> tuple[float, float]:
    """The effect and the p-value; `new` is the cell of the categories that the reference does not have."""
    precision = 1 / window.variance
    share = precision / (precision + 1 / reference.variance)
    pooled = share * window.shares + (1 - share) * reference.shares
    cells = np.where(pooled * precision < MIN_EXPECTED, new + 1, np.arange(len(pooled)))
    cells[new] = new
    difference = np.bincount(cells, window.shares - reference.shares, new + 2)
    expected = np.bincount(cells, pooled, new + 2)
    is_used = expected > 1e-12
    statistic = np.sum(difference[is_used] ** 2 / expected[is_used]) / (window.variance + reference.variance)
    degrees = int(is_used.sum()) - 1
    effect = min(float(np.abs(difference).sum()) / 2, 1.0)
    return effect, float(chdtrc(degrees, statistic)) if degrees else 1.0

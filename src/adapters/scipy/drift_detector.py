"""The drift detector that decides."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from adapters.scipy.category_tests import CategoryShares, CategoryTest
from adapters.scipy.grouped_rows import GroupedRows
from adapters.scipy.moments import Moments
from adapters.scipy.number_tests import NumberTests
from delay_core.features import Columns
from delay_core.monitoring.drift import ColumnDistance
from delay_core.ports import drift_detector as port

MAX_WEIGHTINGS = 32
"""Weightings of a reference that are kept: windows of a day have seven."""

_Weighted = tuple[Moments | None, dict[str, CategoryShares]]


class DriftDetector(port.DriftDetector):
    """Neyman's smooth test for numbers, Pearson's for categories; both account for groups and weights."""

    def fit(self, columns: Columns, groups: NDArray[np.int64] | None) -> "FittedReference":
        return FittedReference(columns, groups)


class FittedReference(port.FittedReference):
    """The cells of each column, and the latest weightings of its rows."""

    def __init__(self, columns: Columns, groups: NDArray[np.int64] | None) -> None:
        rows = len(next(iter(columns.values()), ()))
        self._rows = GroupedRows.of(groups, rows)
        self._numbers = NumberTests(columns)
        self._categories = {
            name: CategoryTest.fit(name, values) for name, values in columns.items() if values.dtype.kind != "f"
        }
        self._weighted: OrderedDict[bytes, _Weighted] = OrderedDict()

    def compare(
        self, columns: Columns, groups: NDArray[np.int64] | None, weights: NDArray[np.float64]
    ) -> tuple[ColumnDistance, ...]:
        moments, shares = self._weigh(weights)
        rows = GroupedRows.of(groups, len(next(iter(columns.values()), ())))
        distances = {distance.column: distance for distance in self._numbers.compare(moments, columns, rows)}
        for name, values in columns.items():
            if name not in distances:
                distances[name] = self._categories[name].compare(shares[name], values, rows)
        return tuple(distances[name] for name in columns)

    def _weigh(self, weights: NDArray[np.float64]) -> _Weighted:
        key = weights.tobytes()
        if key not in self._weighted:
            rows = self._rows.weighted(weights)
            shares = {name: test.reference_shares(rows) for name, test in self._categories.items()}
            self._weighted[key] = self._numbers.reference_moments(rows), shares
            if len(self._weighted) > MAX_WEIGHTINGS:
                self._weighted.popitem(last=False)
        self._weighted.move_to_end(key)
        return self._weighted[key]

"""Distances of shares over cells, with p-values by the normal approximation of a chi-squared distribution."""

from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.monitoring.drift import ColumnDistance
from delay_core.monitoring.drift.cells import CategoryCells, NumberCells
from delay_core.ports import drift_detector as port


class DriftDetector(port.DriftDetector):
    def fit(self, columns: Columns, groups: NDArray[np.int64] | None) -> "FittedReference":
        return FittedReference(columns)


class FittedReference(port.FittedReference):
    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def compare(
        self, columns: Columns, groups: NDArray[np.int64] | None, weights: NDArray[np.float64]
    ) -> tuple[ColumnDistance, ...]:
        number = _group_numbers(columns, groups)
        return tuple(_distance(name, self._columns[name], values, number, weights) for name, values in columns.items())


def _group_numbers(columns: Columns, groups: NDArray[np.int64] | None) -> int:
    return len(next(iter(columns.values()))) if groups is None else len(np.unique(groups))


def _distance(
    name: str, reference: NDArray[Any], window: NDArray[Any], groups: int, weights: NDArray[np.float64]
) -> ColumnDistance:
    cells = NumberCells.fit(reference) if reference.dtype.kind == "f" else CategoryCells.fit(reference)
    expected = np.bincount(cells.codes(reference), weights, cells.missing + 1)
    shares = np.bincount(cells.codes(window), minlength=cells.missing + 1) / len(window)
    variance = 1 / groups + float(np.sum(weights**2))
    missing = _p_value((shares[-1] - expected[-1]) ** 2 / max(shares[-1] + expected[-1], 1e-9) / variance, 1)
    counts = min((1 - shares[-1]) * len(window), (1 - expected[-1]) * len(reference))
    if counts < port.MIN_VALUES - 0.5:
        return ColumnDistance(name, "fake", None, None, float(expected[-1]), missing)
    of_values = [each[:-1] / each[:-1].sum() for each in (shares, expected)]
    difference = of_values[0] - of_values[1]
    is_number = reference.dtype.kind == "f"
    effect = np.abs(np.cumsum(difference)).max() if is_number else np.abs(difference).sum() / 2
    starts = np.arange(0, len(difference), 1 + len(difference) // 25)
    buckets = np.add.reduceat(np.stack([difference, np.add(*of_values)]), starts, axis=1)
    used = buckets[1] > 0
    statistic = float(np.sum(2 * buckets[0][used] ** 2 / buckets[1][used])) / variance
    return ColumnDistance(
        name, "fake", float(effect), _p_value(statistic, int(used.sum()) - 1), float(expected[-1]), missing
    )


def _p_value(statistic: float, degrees: int) -> float:
    """By Wilson and Hilferty (1931)."""
    if degrees < 1 or statistic <= 0:
        return 1.0
    z = ((statistic / degrees) ** (1 / 3) - 1 + 2 / (9 * degrees)) / sqrt(2 / (9 * degrees))
    return erfc(z / sqrt(2)) / 2

"""The test of numeric columns: Neyman's smooth test of two samples, all columns at once.

Under no drift, the ranks of served values among the reference's are uniform. Four polynomials of the rank are averaged
in both samples; their squared difference, in units of its variance, has a chi-squared distribution (Neyman 1937). The
variance is that of weighted means of groups (Rao and Scott 1981). The effect is the Kolmogorov-Smirnov distance, the
largest difference of the two distribution functions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from adapters.scipy.grouped_rows import Floats, GroupedRows
from adapters.scipy.missing_test import missing_p_values
from adapters.scipy.moments import Moments, polynomial_table
from delay_core.features import Columns
from delay_core.monitoring.drift import ColumnDistance
from delay_core.monitoring.drift.cells import NumberCells
from delay_core.ports.drift_detector import MIN_VALUES

METHOD = "Kolmogorov-Smirnov distance, smooth test"
_MIN_EIGENVALUE = 1e-9


class NumberTests:
    """The numeric columns of a reference, prepared once."""

    def __init__(self, columns: Columns) -> None:
        self.names = tuple(name for name, values in columns.items() if _has_numbers(values))
        self._index = {name: index for index, name in enumerate(self.names)}
        self._cells = [NumberCells.fit(columns[name]) for name in self.names]
        self._codes = self._encode(range(len(self.names)), columns)
        pairs = zip(self._cells, self._codes.T, strict=True)
        self._tables = np.array([polynomial_table(codes, cells.missing) for cells, codes in pairs])

    def reference_moments(self, rows: GroupedRows) -> Moments | None:
        """The moments of the reference with these weights; None without numeric columns."""
        return Moments.of(self._tables, self._codes, rows) if self.names else None

    def compare(self, reference: Moments | None, columns: Columns, rows: GroupedRows) -> list[ColumnDistance]:
        """The distances of the numeric columns among these, in their order."""
        names = [name for name in columns if name in self._index]
        if reference is None or not names:
            return []
        index = [self._index[name] for name in names]
        window = Moments.of(self._tables[index], self._encode(index, columns), rows)
        expected = Moments(
            reference.shares[index],
            reference.values[index],
            reference.mean[index],
            reference.covariance[index],
            reference.variance[index],
            reference.missing_variance[index],
        )
        effects, p_values = number_effects(expected, window), number_p_values(expected, window)
        missing = missing_p_values(
            1 - expected.values, expected.missing_variance, 1 - window.values, window.missing_variance
        )
        enough = np.minimum(window.values * len(rows.weights), expected.values * len(self._codes)) >= MIN_VALUES - 0.5
        return [
            ColumnDistance(
                name,
                METHOD,
                float(effects[position]) if enough[position] else None,
                float(p_values[position]) if enough[position] else None,
                round(1 - float(expected.values[position]), 12),
                float(missing[position]),
            )
            for position, name in enumerate(names)
        ]

    def _encode(self, index: Sequence[int] | range, columns: Columns) -> NDArray[np.intp]:
        codes = [self._cells[number].codes(columns[self.names[number]]) for number in index]
        return np.stack(codes, axis=1) if codes else np.zeros((0, 0), dtype=np.intp)


def _has_numbers(values: NDArray[np.float64]) -> bool:
    return values.dtype.kind == "f" and not bool(np.isnan(values).all())


def number_effects(reference: Moments, window: Moments) -> Floats:
    """The Kolmogorov-Smirnov distance of each column [columns]."""
    shares = [sample.shares / np.maximum(sample.values, 1e-12)[:, None] for sample in (reference, window)]
    distances: Floats = np.abs(np.cumsum(shares[1] - shares[0], axis=1)).max(axis=1)
    return np.minimum(distances, 1.0)


def number_p_values(reference: Moments, window: Moments) -> Floats:
    """The p-value of each column [columns].

    The score test: the variance is estimated from both samples together, as they are the same under no drift.
    """
    precision = 1 / window.variance
    share = (precision / (precision + 1 / reference.variance))[:, None, None]
    difference = window.mean - reference.mean
    between = difference[:, :, None] * difference[:, None, :]
    pooled = share * window.covariance + (1 - share) * reference.covariance + share * (1 - share) * between
    eigenvalues, vectors = np.linalg.eigh(pooled)
    is_used = eigenvalues > _MIN_EIGENVALUE
    projected = (difference[:, None, :] @ vectors)[:, 0] ** 2
    scaled = np.where(is_used, projected / np.where(is_used, eigenvalues, 1.0), 0.0).sum(axis=1)
    degrees = is_used.sum(axis=1)
    statistic = scaled / (window.variance + reference.variance)
    return np.where(degrees > 0, chdtrc(np.maximum(degrees, 1), statistic), 1.0)

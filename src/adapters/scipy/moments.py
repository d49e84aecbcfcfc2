"""Polynomials of ranks: what the test of numbers compares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.scipy.grouped_rows import Floats, GroupedRows
from delay_core.monitoring.drift.cells import MAX_NUMBER_CELLS

CELLS = MAX_NUMBER_CELLS + 3
"""Of every column, whatever it needs, so that its sums are added in the same order beside any others."""
ORDERS = 4
"""Polynomials: they see location, scale, skewness and tails."""


def polynomial_table(codes: NDArray[np.intp], missing: int) -> Floats:
    """Legendre polynomials of the rank of each cell among the reference's values, and 1 for a value.

    [cells, ORDERS + 1]; zeros for a missing value. On the reference, they average 0 and their squares 1.
    """
    counts = np.bincount(codes, minlength=CELLS)[:CELLS].astype(np.float64)
    counts[missing] = 0
    rank = (np.cumsum(counts) - counts / 2) / counts.sum()
    x = 2 * rank - 1
    table = np.zeros((CELLS, ORDERS + 1))
    table[:, 0] = np.sqrt(3) * x
    table[:, 1] = np.sqrt(5) * (3 * x**2 - 1) / 2
    table[:, 2] = np.sqrt(7) * (5 * x**3 - 3 * x) / 2
    table[:, 3] = 3 * (35 * x**4 - 30 * x**2 + 3) / 8
    table[:, 4] = 1
    table[missing:] = 0
    return table


@dataclass(frozen=True, eq=False)
class Moments:
    """Means [columns, ORDERS] and covariances of the polynomials in a sample, its shares of cells [columns, CELLS].

    `values` [columns] is the share of rows with a value. `variance` [columns] is that of a mean whose rows have the
    variance 1, as groups and weights make it, `missing_variance` [columns] that of the share of missing values.
    """

    shares: Floats
    values: Floats
    mean: Floats
    covariance: Floats
    variance: Floats
    missing_variance: Floats

    @classmethod
    def of(cls, tables: Floats, codes: NDArray[np.intp], rows: GroupedRows) -> "Moments":
        """The moments of a sample; `tables` [columns, CELLS, ORDERS + 1], `codes` [rows, columns]."""
        columns = len(tables)
        keys = codes + np.arange(columns) * CELLS
        weights = np.repeat(rows.weights, columns)
        shares = np.bincount(keys.ravel(), weights, columns * CELLS).reshape(columns, CELLS)
        sums = (shares[:, None, :] @ tables)[:, 0]
        values = sums[:, ORDERS]
        some = np.where(values > 0, values, 1.0)
        mean = sums[:, :ORDERS] / some[:, None]
        polynomials = tables[:, :, :ORDERS]
        second = (polynomials * shares[:, :, None]).swapaxes(1, 2) @ polynomials / some[:, None, None]
        covariance = second - mean[:, :, None] * mean[:, None, :]
        variance = rows.independent_variance / some
        missing_variance = np.full(columns, rows.independent_variance)
        if not rows.are_independent:
            sums_by_group = rows.sums(tables.reshape(-1, ORDERS + 1)[keys])
            of_mean, of_missing = _between_groups(sums_by_group, mean, values, rows)
            variance = np.maximum(variance, _ratio(of_mean / some**2, np.trace(covariance, axis1=1, axis2=2)))
            missing_variance = np.maximum(missing_variance, _ratio(of_missing, values * (1 - values)))
        return cls(shares * tables[:, :, ORDERS], values, mean, covariance, variance, missing_variance)


def _between_groups(sums: Floats, mean: Floats, values: Floats, rows: GroupedRows) -> tuple[Floats, Floats]:
    """The variances [columns] of all polynomials together and of the share of values, from sums over groups."""
    of_values = sums[:, :, ORDERS]
    residuals = sums[:, :, :ORDERS] - mean * of_values[:, :, None]
    weights = np.bincount(rows.codes, rows.weights, rows.groups)
    missing = of_values - values * weights[:, None]
    squares = np.add.reduce(residuals**2, axis=0).sum(axis=1)
    return squares * rows.correction, np.add.reduce(missing**2, axis=0) * rows.correction


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """0 where there is no variance, up to rounding."""
    some = denominator > 1e-12
    return np.where(some, numerator / np.where(some, denominator, 1.0), 0.0)

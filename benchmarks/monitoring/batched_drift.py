"""The drift of many windows at once, from sums over shipments: the same figures as the product's detector gives.

Everything that the tests of a window need is a sum over its shipments: counts of cells, sums of polynomials and their
products. So the sums of each shipment of a population are computed once, and a window is a product of matrices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from adapters.scipy import DriftDetector
from adapters.scipy.category_tests import CategoryShares, CategoryTest, compare_shares
from adapters.scipy.grouped_rows import GroupedRows
from adapters.scipy.missing_test import missing_p_values
from adapters.scipy.moments import CELLS, ORDERS, Moments, polynomial_table
from adapters.scipy.number_tests import number_effects, number_p_values
from benchmarks.monitoring.shipment_population import ShipmentPopulation
from delay_core.monitoring.drift import PREDICTION, DriftPolicy, ReferenceWeekdays
from delay_core.monitoring.drift.cells import NumberCells
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.detect_drift import DetectDrift

Floats = NDArray[np.float64]
AnyColumns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class WindowDistances:
    """The effects and p-values of windows [windows, columns], numbers before categories; those of missing numbers.

    `missing` [windows, numbers] is how far the shares of missing values are apart.
    """

    effects: Floats
    p_values: Floats
    missing: Floats
    missing_p_values: Floats


class BatchedDrift:
    """Compares windows of a population with one reference."""

    def __init__(self, population: ShipmentPopulation, reference: ReferenceSample, policy: DriftPolicy) -> None:
        self.detect = DetectDrift(DriftDetector(), reference, "UTC", policy)
        self._population = population
        self._columns = _columns(reference.columns, reference.probabilities)
        self._reference_rows = GroupedRows.of(reference.groups, len(reference))
        self._weekdays = ReferenceWeekdays.of(reference.prediction_points, len(reference), "UTC")
        self._points = reference.prediction_points
        self.numbers = [name for name, values in self._columns.items() if values.dtype.kind == "f"]
        self.categories = [name for name in self._columns if name not in self.numbers]
        self._cells = [NumberCells.fit(self._columns[name]) for name in self.numbers]
        codes = self._encode(self._columns)
        self._tables = np.array(
            [polynomial_table(of_column, cells.missing) for of_column, cells in zip(codes.T, self._cells, strict=True)]
        )
        self._codes = codes
        self._tests = {name: CategoryTest.fit(name, self._columns[name]) for name in self.categories}

    def compare(self, weekday: int, members: csr_array) -> WindowDistances:
        """The distances of windows of this weekday; `members` as in ShipmentPopulation."""
        weights = self._weekdays.weights(np.array([np.datetime64("2024-01-01", "s") + np.timedelta64(weekday, "D")]))
        rows = _Windows.of(self._population, members)
        sample = self._population.weekdays[weekday]
        columns = _columns(sample.columns, sample.probabilities)
        effects, p_values, missing, missing_p = self._compare_numbers(columns, rows, weights)
        of_categories = [self._compare_category(name, columns[name], rows, weights) for name in self.categories]
        return WindowDistances(
            np.column_stack([effects, *(one[:, 0] for one in of_categories)]),
            np.column_stack([p_values, *(one[:, 1] for one in of_categories)]),
            missing,
            missing_p,
        )

    def _encode(self, columns: AnyColumns) -> NDArray[np.intp]:
        return np.stack(
            [cells.codes(columns[name]) for name, cells in zip(self.numbers, self._cells, strict=True)], axis=1
        )

    def _weighted(self, name: str, weights: Floats) -> GroupedRows:
        return self._reference_rows.weighted(weights if name in self.detect.seasonal else self._weekdays.equal_weights)

    def _compare_numbers(
        self, columns: AnyColumns, rows: "_Windows", weights: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        count = len(rows.rows)
        seasonal = np.array([name in self.detect.seasonal for name in self.numbers])
        own, all_days = (
            Moments.of(self._tables, self._codes, self._reference_rows.weighted(each))
            for each in (weights, self._weekdays.equal_weights)
        )
        expected = Moments(
            *(
                np.concatenate([np.where(seasonal.reshape(-1, *[1] * (a.ndim - 1)), a, b)] * count)
                for a, b in ((getattr(own, one.name), getattr(all_days, one.name)) for one in fields(Moments))
            )
        )
        window = rows.moments(self._tables, self._encode(columns))
        missing_p = missing_p_values(
            1 - expected.values, expected.missing_variance, 1 - window.values, window.missing_variance
        )
        shape = count, len(self.numbers)
        return (
            number_effects(expected, window).reshape(shape),
            number_p_values(expected, window).reshape(shape),
            (expected.values - window.values).reshape(shape),
            missing_p.reshape(shape),
        )

    def _compare_category(self, name: str, values: NDArray[np.object_], rows: "_Windows", weights: Floats) -> Floats:
        test = self._tests[name]
        reference = test.reference_shares(self._weighted(name, weights))
        shares = rows.shares(test.cells.codes(values), test.cells.missing)
        return np.array([compare_shares(reference, window, test.cells.new) for window in shares])


@dataclass(frozen=True, eq=False)
class _Windows:
    """Windows as sums over the shipments of a population."""

    members: csr_array
    groups: NDArray[np.int64]
    sizes: Floats
    rows: Floats
    correction: Floats

    @classmethod
    def of(cls, population: ShipmentPopulation, members: csr_array) -> "_Windows":
        sizes = population.sizes.astype(np.float64)
        shipments = members.sum(axis=1)
        return cls(members, population.groups, sizes, members @ sizes, shipments / (shipments - 1))

    @cached_property
    def rows_of_shipments(self) -> csr_array:
        """1 for each row of a shipment [shipments, rows]."""
        rows = len(self.groups)
        return csr_array((np.ones(rows), np.arange(rows), np.append(0, np.cumsum(self.sizes))), (len(self.sizes), rows))

    def moments(self, tables: Floats, codes: NDArray[np.intp]) -> Moments:
        """The moments of all windows and columns [windows · columns]."""
        columns, count = len(tables), len(self.rows)
        keys = codes + np.arange(columns) * CELLS
        rows_of = csr_array(
            (np.ones(keys.size), (np.repeat(self.groups, columns), keys.ravel())), (len(self.sizes), columns * CELLS)
        )
        shares = ((self.members @ rows_of).toarray() / self.rows[:, None]).reshape(count, columns, CELLS)
        by_row = tables.reshape(-1, ORDERS + 1)[keys].reshape(len(keys), -1)
        sums = (self.rows_of_shipments @ by_row).reshape(-1, columns, ORDERS + 1)
        s, v = sums[..., :ORDERS], sums[..., ORDERS]
        n = self.sizes[:, None]
        features = np.concatenate(
            [sums, (s**2).sum(axis=2)[..., None], s * v[..., None], (v**2)[..., None], (v * n)[..., None]], axis=2
        )
        totals = (self.members @ features.reshape(len(features), -1)).reshape(count, columns, -1)
        rows, correction = self.rows[:, None], self.correction[:, None]
        values = totals[..., ORDERS] / rows
        mean = totals[..., :ORDERS] / (rows * values)[..., None]
        squares, crossed, v_squares, v_sizes = (
            totals[..., 5],
            totals[..., 6:10],
            totals[..., 10],
            totals[..., 11],
        )
        products = tables[:, :, :ORDERS, None] * tables[:, :, None, :ORDERS]
        second = np.einsum("wck,ckij->wcij", shares, products, optimize=True) / values[..., None, None]
        covariance = second - mean[..., :, None] * mean[..., None, :]
        of_mean = (
            (squares - 2 * (mean * crossed).sum(axis=2) + (mean**2).sum(axis=2) * v_squares) * correction / rows**2
        )
        n_squares = (self.members @ (self.sizes**2))[:, None]
        of_missing = (v_squares - 2 * values * v_sizes + values**2 * n_squares) * correction / rows**2
        trace = np.trace(covariance, axis1=2, axis2=3)
        variance = np.maximum(1 / rows / values, _ratio(of_mean / values**2, trace))
        missing_variance = np.maximum(1 / rows, _ratio(of_missing, values * (1 - values)))
        valued = shares * tables[:, :, ORDERS]
        flat = (valued, values, mean, covariance, variance, missing_variance)
        return Moments(*(one.reshape(count * columns, *one.shape[2:]) for one in flat))

    def shares(self, codes: NDArray[np.intp], missing: int) -> list[CategoryShares]:
        """The shares of a category without missing values, window by window."""
        cells = np.bincount(self.groups * missing + codes, minlength=len(self.sizes) * missing)
        counts = cells.reshape(-1, missing).astype(np.float64)
        features = np.column_stack([counts, counts * self.sizes[:, None], (counts**2).sum(axis=1), self.sizes**2])
        totals = self.members @ features
        shares = totals[:, :missing] / self.rows[:, None]
        of_cells = totals[:, -2] - 2 * (shares * totals[:, missing : 2 * missing]).sum(axis=1)
        of_cells = (of_cells + totals[:, -1] * (shares**2).sum(axis=1)) * self.correction / self.rows**2
        variance = np.maximum(1 / self.rows, of_cells / (1 - (shares**2).sum(axis=1)))
        return [
            CategoryShares(of_window, 1.0, float(spread), 1 / float(rows))
            for of_window, spread, rows in zip(shares, variance, self.rows, strict=True)
        ]


def _columns(columns: AnyColumns, probabilities: Floats) -> AnyColumns:
    return {**columns, PREDICTION: probabilities}


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    some = denominator > 1e-12
    return np.where(some, numerator / np.where(some, denominator, 1.0), 0.0)

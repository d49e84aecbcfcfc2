"""The drift detector that is a second opinion."""

from math import erfc, sqrt
from typing import Any

import numpy as np
from evidently import Report
from evidently.metrics import ValueDrift
from numpy.typing import NDArray

from adapters.evidently.datasets import EFFECT_METHOD, test_method, to_dataset, without_warnings
from delay_core.features import Columns
from delay_core.monitoring.drift import ColumnDistance
from delay_core.monitoring.drift.missing import missing_values
from delay_core.ports import drift_detector as port


class DriftDetector(port.DriftDetector):
    """Kolmogorov-Smirnov tests for numbers, chi-squared tests for categories; the effect is Jensen-Shannon's distance.

    Of each group, the first row is compared. Weights choose which rows of the reference are compared.
    """

    def fit(self, columns: Columns, groups: NDArray[np.int64] | None) -> "FittedReference":
        return FittedReference(columns, groups)


class FittedReference(port.FittedReference):
    """The reference rows; every comparison is a report of Evidently."""

    def __init__(self, columns: Columns, groups: NDArray[np.int64] | None) -> None:
        self._columns = columns
        self._groups = groups

    def compare(
        self, columns: Columns, groups: NDArray[np.int64] | None, weights: NDArray[np.float64]
    ) -> tuple[ColumnDistance, ...]:
        reference = _take({name: self._columns[name] for name in columns}, self._sample(weights))
        window = columns if groups is None else _take(columns, np.unique(groups, return_index=True)[1])
        measured = [name for name in columns if min(_count(reference[name]), _count(window[name])) >= port.MIN_VALUES]
        results = _run(_take_names(reference, measured), _take_names(window, measured))
        return tuple(
            ColumnDistance(
                name,
                f"{EFFECT_METHOD}, {test_method(columns, name)} (Evidently)",
                results.get((name, EFFECT_METHOD)),
                results.get((name, test_method(columns, name))),
                float(missing_values(reference[name]).mean()),
                _missing_p_value(reference[name], window[name]),
            )
            for name in columns
        )

    def _sample(self, weights: NDArray[np.float64]) -> NDArray[np.intp]:
        """As many rows as the weights are worth, each as often as its weight says, one of each group."""
        rows = len(weights) if self._groups is None else np.unique(self._groups, return_index=True)[1]
        of_rows = weights if self._groups is None else weights[rows]
        total = np.cumsum(of_rows) / of_rows.sum()
        size = round(float(of_rows.sum() ** 2 / np.sum(of_rows**2)))
        index = np.minimum(np.searchsorted(total, (np.arange(size) + 0.5) / size), len(total) - 1)
        return index if self._groups is None else np.asarray(rows)[index]


def _run(reference: Columns, window: Columns) -> dict[tuple[str, str], float]:
    """What Evidently's report says of each column and method."""
    if not reference:
        return {}
    pairs = [(name, method) for name in reference for method in (test_method(reference, name), EFFECT_METHOD)]
    with without_warnings():
        report = Report([ValueDrift(column=name, method=method) for name, method in pairs])
        snapshot = report.run(current_data=to_dataset(window), reference_data=to_dataset(reference))
        metrics = snapshot.dict()["metrics"]
    return {pair: min(max(float(metric["value"]), 0.0), 1.0) for pair, metric in zip(pairs, metrics, strict=True)}


def _take(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _take_names(columns: Columns, names: list[str]) -> Columns:
    return {name: columns[name] for name in names}


def _count(values: NDArray[Any]) -> int:
    return len(values) - int(missing_values(values).sum())


def _missing_p_value(reference: NDArray[Any], window: NDArray[Any]) -> float:
    """The test of two shares: Evidently has none."""
    shares = [float(missing_values(values).mean()) for values in (reference, window)]
    sizes = [len(reference), len(window)]
    pooled = (shares[0] * sizes[0] + shares[1] * sizes[1]) / sum(sizes)
    variance = pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1])
    return erfc(abs(shares[0] - shares[1]) / sqrt(2 * variance)) if variance else 1.0

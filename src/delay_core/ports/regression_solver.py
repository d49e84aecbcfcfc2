"""Solves the two regressions that calibrators are fitted with."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class LogisticCoefficients(NamedTuple):
    """The log-odds are `intercept` plus the columns times `slopes`, one for each column."""

    slopes: tuple[float, ...]
    intercept: float


class RegressionSolver(Protocol):
    """Deterministic: the same bits on one core and on two."""

    def fit_logistic(self, columns: Floats, targets: Floats) -> LogisticCoefficients:
        """Logistic regression without penalty: the coefficients with the least cross-entropy.

        `columns` [rows, columns] are standardised, at least one; `targets` [rows] are probabilities, neither 0 nor 1.
        """
        ...

    def fit_isotonic(self, values: Floats, weights: Floats) -> Floats:
        """Isotonic regression: the values [points] that never fall, with the least weighted squared distance.

        `values` [points], at least one; `weights` [points] are positive. Points that are pooled get equal values.
        """
        ...

"""The probability of being late of rows whose outcome does not count, from similar rows whose outcome does.

A logistic regression around the served probability: the log-odds are those of the served probability plus a correction,
which a ridge penalty keeps near zero. Where rows are few, the served probability stands; where they are many, it is
recalibrated. The correction is linear in the log-odds, and constant beyond the rows that it is fitted on: shipments on
which nobody acted say little about those of the highest probabilities, and a more flexible curve would guess there.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUPPORT = (0.02, 0.98)
"""Quantiles of the log-odds beyond which the correction is constant."""
PENALTY = 20.0
"""The penalty on a squared coefficient of a standardized column, in rows."""
INTERCEPT_PENALTY = 2.0
_MIN_PROBABILITY = 1e-6
_ITERATIONS = 25
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class OutcomeRows:
    """Rows whose outcome counts; arrays [rows]. `covariate` is a number that lateness may depend on, such as lead time.

    `weights` say how often each row stands for one of the population; `group` numbers rows that depend on each other.
    """

    probability: Floats
    late: NDArray[np.int8]
    weights: Floats
    group: NDArray[np.int64]
    covariate: Floats | None = None


@dataclass(frozen=True)
class OutcomeModel:
    """The fitted correction: how columns are made of log-odds, and the coefficients [columns]."""

    clip: tuple[float, float]
    center: Floats
    scale: Floats
    coefficients: Floats
    root: Floats
    """A square root [columns, columns] of the covariance of the coefficients, robust to dependence within groups."""

    @classmethod
    def fit(cls, rows: OutcomeRows) -> Self:
        """Fit the correction; at least one row."""
        log_odds = to_log_odds(rows.probability)
        low, high = _weighted_quantiles(log_odds, rows.weights, SUPPORT)
        raw = _raw_columns(log_odds, rows.covariate, (low, high))
        total = rows.weights.sum()
        center = np.einsum("i,ij->j", rows.weights, raw) / total
        scale = np.sqrt(np.einsum("i,ij->j", rows.weights, (raw - center) ** 2) / total)
        scale[scale < _TOLERANCE] = np.inf  # a constant column has no coefficient
        columns = _standardize(raw, center, scale)
        coefficients, hessian, errors = _solve(columns, log_odds, rows)
        inverse = np.linalg.inv(hessian)
        scores = _sum_by_group(errors[:, None] * columns, rows.group)
        covariance = inverse @ np.einsum("ij,ik->jk", scores, scores) @ inverse
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.clip(values, 0, None))
        return cls((float(low), float(high)), center, scale, coefficients, root)

    def predict(self, probability: Floats, covariate: Floats | None = None) -> "OutcomePrediction":
        """The corrected probabilities of rows with these served ones [rows]."""
        log_odds = to_log_odds(probability)
        raw = _raw_columns(log_odds, covariate, self.clip)
        return OutcomePrediction(self, log_odds, _standardize(raw, self.center, self.scale))


@dataclass(frozen=True)
class OutcomePrediction:
    """The corrected probabilities of rows: their served log-odds [rows] and the model's columns [rows, columns]."""

    model: OutcomeModel
    log_odds: Floats
    columns: Floats

    @property
    def probability(self) -> Floats:
        """Of being late [rows]."""
        return to_probability(self.log_odds + np.einsum("ij,j->i", self.columns, self.model.coefficients))

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """Such probabilities [draws, rows], as uncertain as the coefficients are."""
        normal = generator.standard_normal((draws, len(self.model.coefficients)))
        coefficients = self.model.coefficients + np.einsum("ij,kj->ik", normal, self.model.root)
        return to_probability(self.log_odds + np.einsum("ij,kj->ki", self.columns, coefficients))


def to_log_odds(probability: Floats) -> Floats:
    """The log-odds [rows], limited to one in a million and its opposite."""
    clipped = np.clip(probability, _MIN_PROBABILITY, 1 - _MIN_PROBABILITY)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def to_probability(log_odds: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * log_odds)))


def _raw_columns(log_odds: Floats, covariate: Floats | None, clip: tuple[float, float]) -> Floats:
    """The columns [rows, columns] before they are standardized."""
    inside = np.clip(log_odds, *clip)
    return np.stack([inside] if covariate is None else [inside, covariate], axis=1)


def _standardize(raw: Floats, center: Floats, scale: Floats) -> Floats:
    """With a column of ones in front."""
    return np.concatenate([np.ones((len(raw), 1)), (raw - center) / scale], axis=1)


def _solve(columns: Floats, log_odds: Floats, rows: OutcomeRows) -> tuple[Floats, Floats, Floats]:
    """The coefficients [columns], the Hessian [columns, columns], and the weighted errors of the rows [rows]."""
    penalty = np.full(columns.shape[1], PENALTY)
    penalty[0] = INTERCEPT_PENALTY
    coefficients = np.zeros(columns.shape[1])
    for _ in range(_ITERATIONS):
        late = to_probability(log_odds + np.einsum("ij,j->i", columns, coefficients))
        errors = rows.weights * (rows.late - late)
        curvature = rows.weights * late * (1 - late)
        hessian = np.einsum("ij,i,ik->jk", columns, curvature, columns) + np.diag(penalty)
        step = np.linalg.solve(hessian, np.einsum("ij,i->j", columns, errors) - penalty * coefficients)
        coefficients = coefficients + np.clip(step, -2, 2)
        if np.abs(step).max() < _TOLERANCE:
            break
    return coefficients, hessian, errors


def _sum_by_group(values: Floats, group: NDArray[np.int64]) -> Floats:
    """Sums [groups, columns] of values [rows, columns]."""
    index = np.unique(group, return_inverse=True)[1]
    return np.stack([np.bincount(index, weights=column) for column in values.T], axis=1)


def _weighted_quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> Floats:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    index = np.searchsorted(below, np.array(shares) * below[-1])
    return np.asarray(values[order][np.minimum(index, len(values) - 1)])

"""Fits a map of the log-odds to outcomes, drawn to the identity where these are few."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import LogOddsMap, TrainedCalibrator
from delay_core.calibration.log_odds import Floats, log_probabilities
from delay_core.calibration.log_odds_map import split_by_segment

SEGMENTS = 8
"""A map bends where the log-odds of the outcomes have their eighths."""
SLOPE_DEVIATION = 0.25
"""The prior standard deviation of the mean slope around 1: a few hundred outcomes hardly change it, thousands do."""
BEND_DEVIATION = 0.5
"""That of the change of the slope from one segment to the next around 0."""
INTERCEPT_DEVIATION = 2.0
"""That of the intercept around 0: a jump of the late rate by 30 points is one of about 1.5."""
MIN_SLOPE = 0.1
"""The order of the probabilities, and with it that of the worklist, survives every recalibration."""

MAX_STEPS = 50
TOLERANCE = 1e-10
DECIMALS = 6
"""Of the parameters of a map: the last bits of a processor make no other bundle."""


def base_log_odds(base: TrainedCalibrator, scores: Floats) -> Floats:
    """The log-odds [rows] of the probabilities of the calibrator of the training, from a model's own ones [rows]."""
    late, on_time = log_probabilities(base.apply(scores))
    return late + on_time


def fit_log_odds_map(log_odds: Floats, labels: NDArray[np.int8], segments: int = SEGMENTS) -> LogOddsMap:
    """The most probable map for log-odds [rows] and labels [rows] under normal priors; the identity without rows.

    Of equal log-odds, it has fewer `segments`; with one, it is a straight line. Slopes below `MIN_SLOPE` become that,
    and the other parameters are fitted again.
    """
    if not len(labels):
        return LogOddsMap()
    knots = np.unique(np.quantile(log_odds, np.arange(1, segments) / segments).round(DECIMALS))
    columns = np.stack([*split_by_segment(log_odds, knots.tolist()), np.ones(len(labels))], axis=1)
    posterior = _Posterior(columns, labels, _prior_precision(len(knots) + 1))
    is_free = np.ones(len(knots) + 2, dtype=np.bool_)
    parameters = posterior.maximize(posterior.identity, is_free)
    while (is_flat := is_free & (parameters < MIN_SLOPE) & _are_slopes(parameters)).any():
        is_free &= ~is_flat
        parameters = posterior.maximize(np.where(is_flat, MIN_SLOPE, parameters), is_free)
    *slopes, intercept = parameters.round(DECIMALS).tolist()
    return LogOddsMap(knots=tuple(knots.tolist()), slopes=tuple(slopes), intercept=intercept)


def _are_slopes(parameters: Floats) -> NDArray[np.bool_]:
    """Which parameters [parameters] are slopes: all but the last."""
    return np.arange(len(parameters)) < len(parameters) - 1


def _prior_precision(segments: int) -> Floats:
    """The precision matrix [parameters, parameters] of slopes and intercept around those of the identity."""
    mean = np.full(segments, 1 / segments / SLOPE_DEVIATION)
    changes = np.diff(np.eye(segments), axis=0) / BEND_DEVIATION
    precision = np.zeros((segments + 1, segments + 1))
    precision[:-1, :-1] = np.outer(mean, mean) + changes.T @ changes
    precision[-1, -1] = 1 / INTERCEPT_DEVIATION**2
    return precision


@dataclass(frozen=True, eq=False)
class _Posterior:
    """The density of slopes and intercept, the coefficients of `columns` [rows, parameters], after `labels` [rows]."""

    columns: Floats
    labels: NDArray[np.int8]
    precision: Floats

    @property
    def identity(self) -> Floats:
        """The parameters of the identity, the mean of the prior."""
        return np.asarray(_are_slopes(self.precision[0]), dtype=np.float64)

    def maximize(self, start: Floats, is_free: NDArray[np.bool_]) -> Floats:
        """The most probable parameters of which only the free ones differ from `start`, by Newton's method."""
        current, loss = start, self._loss(start)
        for _ in range(MAX_STEPS):
            step = self._newton_step(current, is_free)
            size = float(np.abs(step).max())
            while (moved_loss := self._loss(current + step)) > loss and size > TOLERANCE:
                step, size = step / 2, size / 2
            if size <= TOLERANCE:
                break
            current, loss = current + step, moved_loss
        return current

    def _loss(self, parameters: Floats) -> float:
        """The negative logarithm of the density, up to a constant."""
        mapped, deviation = self.columns @ parameters, parameters - self.identity
        likelihood = (np.logaddexp(0, mapped) - self.labels * mapped).sum()
        return float(likelihood + deviation @ self.precision @ deviation / 2)

    def _newton_step(self, parameters: Floats, is_free: NDArray[np.bool_]) -> Floats:
        probabilities = 1 / (1 + np.exp(-(self.columns @ parameters)))
        weights = probabilities * (1 - probabilities)
        gradient = self.columns.T @ (probabilities - self.labels) + self.precision @ (parameters - self.identity)
        curvature = self.columns.T @ (weights[:, np.newaxis] * self.columns) + self.precision
        step = np.zeros(len(parameters))
        step[is_free] = -np.linalg.solve(curvature[np.ix_(is_free, is_free)], gradient[is_free])
        return step

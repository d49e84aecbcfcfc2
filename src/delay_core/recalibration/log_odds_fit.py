"""Fits slope and intercept of the log-odds to outcomes, drawn to the identity where these are few."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import RecalibratedCalibrator, TrainedCalibrator
from delay_core.calibration.log_odds import Floats, log_probabilities

SLOPE_DEVIATION = 0.25
"""The prior standard deviation of the slope around 1: a few hundred outcomes hardly bend it, thousands do."""
INTERCEPT_DEVIATION = 2.0
"""That of the intercept around 0: a jump of the late rate by 30 points is one of about 1.5."""
MIN_SLOPE = 0.1
"""The order of the probabilities, and with it that of the worklist, survives every recalibration."""

MAX_STEPS = 50
TOLERANCE = 1e-10


class LogOddsMap(NamedTuple):
    """The log-odds z of the calibrator of the training become `slope` · z + `intercept`."""

    slope: float
    intercept: float

    def __call__(self, log_odds: Floats) -> Floats:
        """The log-odds [rows] after the map."""
        return self.slope * log_odds + self.intercept

    def calibrator(self, base: TrainedCalibrator) -> RecalibratedCalibrator:
        """The calibrator of the training with this map behind it."""
        return RecalibratedCalibrator(base=base, a=self.slope, b=self.intercept)


IDENTITY = LogOddsMap(1.0, 0.0)


def base_log_odds(base: TrainedCalibrator, scores: Floats) -> Floats:
    """The log-odds [rows] of the probabilities of the calibrator of the training, from a model's own ones [rows]."""
    late, on_time = log_probabilities(base.apply(scores))
    return late + on_time


def fit_log_odds_map(log_odds: Floats, labels: NDArray[np.int8]) -> LogOddsMap:
    """The most probable map for log-odds [rows] and labels [rows] under normal priors; the identity without rows.

    Newton's method on a strictly convex function of two parameters. A slope below `MIN_SLOPE` becomes that, and the
    intercept is fitted again.
    """
    fitted = _minimize(log_odds, labels, IDENTITY, fixed_slope=False)
    if fitted.slope >= MIN_SLOPE:
        return fitted
    return _minimize(log_odds, labels, LogOddsMap(MIN_SLOPE, fitted.intercept), fixed_slope=True)


def _minimize(log_odds: Floats, labels: NDArray[np.int8], start: LogOddsMap, *, fixed_slope: bool) -> LogOddsMap:
    current, loss = start, _penalized_loss(log_odds, labels, start)
    for _ in range(MAX_STEPS):
        step = _newton_step(log_odds, labels, current, fixed_slope=fixed_slope)
        size = max(map(abs, step))
        moved = LogOddsMap(current.slope + step.slope, current.intercept + step.intercept)
        while (moved_loss := _penalized_loss(log_odds, labels, moved)) > loss and size > TOLERANCE:
            step, size = LogOddsMap(step.slope / 2, step.intercept / 2), size / 2
            moved = LogOddsMap(current.slope + step.slope, current.intercept + step.intercept)
        if size <= TOLERANCE:
            break
        current, loss = moved, moved_loss
    return current


def _newton_step(log_odds: Floats, labels: NDArray[np.int8], current: LogOddsMap, *, fixed_slope: bool) -> LogOddsMap:
    probabilities = 1 / (1 + np.exp(-current(log_odds)))
    residuals, weights = labels - probabilities, probabilities * (1 - probabilities)
    intercept_gradient = float(residuals.sum()) - current.intercept / INTERCEPT_DEVIATION**2
    intercept_curvature = float(weights.sum()) + 1 / INTERCEPT_DEVIATION**2
    if fixed_slope:
        return LogOddsMap(0.0, intercept_gradient / intercept_curvature)
    slope_gradient = float((residuals * log_odds).sum()) - (current.slope - 1) / SLOPE_DEVIATION**2
    slope_curvature = float((weights * log_odds**2).sum()) + 1 / SLOPE_DEVIATION**2
    mixed = float((weights * log_odds).sum())
    determinant = slope_curvature * intercept_curvature - mixed**2
    return LogOddsMap(
        (intercept_curvature * slope_gradient - mixed * intercept_gradient) / determinant,
        (slope_curvature * intercept_gradient - mixed * slope_gradient) / determinant,
    )


def _penalized_loss(log_odds: Floats, labels: NDArray[np.int8], current: LogOddsMap) -> float:
    mapped = current(log_odds)
    penalty = ((current.slope - 1) / SLOPE_DEVIATION) ** 2 + (current.intercept / INTERCEPT_DEVIATION) ** 2
    return float((np.logaddexp(0, mapped) - labels * mapped).sum()) + penalty / 2

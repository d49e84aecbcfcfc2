"""Fits calibrators to labels and to the probabilities that a model gave to rows which it was not fitted on.

No calibrator reverses ranks: if lower probabilities belong to later shipments, it is constant. No calibrated
probability is 0 or 1, however well a model separates the classes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import (
    BetaCalibration,
    Calibrator,
    IdentityCalibrator,
    IsotonicCalibration,
    Method,
    PlattScaling,
)
from delay_core.calibration.log_odds import EPSILON, Floats, log_probabilities, round_to_grid
from delay_core.errors import TrainingRefused
from delay_core.ports.regression_solver import LogisticCoefficients, RegressionSolver
from delay_core.training.datasets import has_both_classes

_MIN_DEVIATION = 1e-9
"""A column whose standard deviation is smaller counts as constant: no slope can be fitted to it."""


def fit_calibrator(
    solver: RegressionSolver, method: Method, labels: NDArray[np.int8], probabilities: Floats
) -> Calibrator:
    """The calibrator of this method with the least log-loss, or the least squared error if isotonic.

    `labels` [rows] of zeros and ones, `probabilities` [rows]. Deterministic. Raises TrainingRefused unless both classes
    are present.
    """
    if not has_both_classes(labels):
        raise TrainingRefused(
            f"the {len(labels)} rows to calibrate on hold one class only: late and on-time shipments are both needed"
        )
    if method == "none":
        return IdentityCalibrator()
    if method == "isotonic":
        return _fit_isotonic(solver, labels, probabilities)
    late, on_time = log_probabilities(probabilities)
    targets = _smoothed_targets(labels)
    if method == "platt":
        (a,), b = _fit_non_negative(solver, [late + on_time], targets)
        return PlattScaling(a=a, b=b)
    (a, b), c = _fit_non_negative(solver, [late, on_time], targets)
    return BetaCalibration(a=a, b=b, c=c)


def _smoothed_targets(labels: NDArray[np.int8]) -> Floats:
    """Platt's target probabilities [rows], as if each class had one more row of the other label.

    Without them, the slope would be infinite if the probabilities separate the two classes.
    """
    rows, late = len(labels), int(labels.sum())
    return np.where(labels == 1, (late + 1) / (late + 2), 1 / (rows - late + 2))


def _fit_non_negative(solver: RegressionSolver, columns: Sequence[Floats], targets: Floats) -> LogisticCoefficients:
    """Logistic regression on columns [rows] with slopes that are at least 0.

    A slope that would be negative is fixed at 0, and the others are fitted again (Kull et al. 2017). Log-loss is
    convex, so this is the optimum if there is one such slope; if there are several, it is the best of the refits.
    """
    coefficients = _fit_standardized(solver, columns, targets)
    negative = [index for index, slope in enumerate(coefficients.slopes) if slope < 0]
    if not negative:
        return coefficients
    refits = []
    for index in negative:
        slopes, intercept = _fit_non_negative(solver, [*columns[:index], *columns[index + 1 :]], targets)
        refits.append(LogisticCoefficients((*slopes[:index], 0.0, *slopes[index:]), intercept))
    return min(refits, key=lambda refit: _cross_entropy(columns, targets, refit))


def _fit_standardized(solver: RegressionSolver, columns: Sequence[Floats], targets: Floats) -> LogisticCoefficients:
    """Logistic regression on columns [rows], standardised so that the solver needs few steps; slopes of any sign."""
    means = [float(column.mean()) for column in columns]
    deviations = [float(column.std()) for column in columns]
    varying = [index for index, deviation in enumerate(deviations) if deviation > _MIN_DEVIATION]
    slopes, intercept = [0.0] * len(columns), float(np.log(targets.sum() / (1 - targets).sum()))
    if varying:
        matrix = np.stack([(columns[index] - means[index]) / deviations[index] for index in varying], axis=1)
        standardized, intercept = solver.fit_logistic(matrix, targets)
        for index, slope in zip(varying, standardized, strict=True):
            slopes[index] = slope / deviations[index]
            intercept -= slopes[index] * means[index]
    return LogisticCoefficients(tuple(slopes), intercept)


def _cross_entropy(columns: Sequence[Floats], targets: Floats, coefficients: LogisticCoefficients) -> float:
    log_odds = np.full(len(targets), coefficients.intercept)
    for column, slope in zip(columns, coefficients.slopes, strict=True):
        log_odds += slope * column
    return float((np.logaddexp(0, log_odds) - targets * log_odds).mean())


def _fit_isotonic(solver: RegressionSolver, labels: NDArray[np.int8], probabilities: Floats) -> IsotonicCalibration:
    clipped = np.clip(probabilities, 0, 1)  # a mean over trees can exceed 1 by its last bit
    values, value_index, repeats = np.unique(round_to_grid(clipped), return_inverse=True, return_counts=True)
    late = np.bincount(value_index, weights=labels)
    fitted = solver.fit_isotonic(late / repeats, repeats.astype(np.float64))
    starts = np.flatnonzero(np.concatenate([[True], fitted[1:] != fitted[:-1]]))
    rows = np.add.reduceat(repeats, starts)
    centres = np.add.reduceat(values * repeats, starts) / rows
    heights = _clip_end_blocks(np.add.reduceat(late, starts) / rows, rows)
    return IsotonicCalibration(x=tuple(round_to_grid(centres).tolist()), y=tuple(heights.tolist()))


def _clip_end_blocks(heights: Floats, rows: NDArray[np.int64]) -> Floats:
    """The late rates of the blocks [blocks], without 0 and 1.

    Both are moved inside by Laplace's rule, but at most half the distance to the next block.
    """
    clipped = heights.copy()
    if clipped[0] == 0:
        clipped[0] = min(1 / (rows[0] + 2), clipped[1] / 2)
    if clipped[-1] == 1:
        clipped[-1] = 1 - min(1 / (rows[-1] + 2), (1 - clipped[-2]) / 2)
    bounded: Floats = np.clip(clipped, EPSILON, 1 - EPSILON)
    return bounded

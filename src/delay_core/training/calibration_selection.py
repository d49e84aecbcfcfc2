"""Selects the calibration method: each is validated on rows later than those it is fitted on, as it will be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import METHODS, Calibrator, IdentityCalibrator, Method
from delay_core.evaluation import log_losses
from delay_core.reports import CalibrationChoice
from delay_core.training.level_matching import match_levels
from delay_core.training.loss_gains import LossGains
from delay_core.training.search import fold_weights

MIN_FIT_ROWS = 200
"""No calibrator is fitted to fewer rows."""
MIN_CLASS_ROWS = 20
"""Nor to fewer late, or fewer on-time, shipments."""

Labels = NDArray[np.int8]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FitCalibrator = Callable[[Method, Labels, Floats], Calibrator]
"""Fits a calibrator of a method to labels [rows] and probabilities [rows]."""


@dataclass(frozen=True)
class CalibrationResult:
    """The selected calibrator, fitted to all rows, and cross-fitted probabilities by its method.

    `probabilities` [rows] are NaN where `is_validated` [rows] is False: too few rows precede them to fit a calibrator.
    The identity needs no fitting, so with it every row is validated.
    """

    calibrator: Calibrator
    probabilities: Floats
    is_validated: Mask
    choice: CalibrationChoice


def select_calibration(
    fit: FitCalibrator,
    labels: Labels,
    probabilities: Floats,
    fold: NDArray[np.int64],
    groups: NDArray[np.int64] | None = None,
) -> CalibrationResult:
    """Select by the log-loss on all folds with enough rows before them, with calibrators fitted to those rows.

    `labels` [rows]; `probabilities` [rows] of a model that was not fitted on these rows; `fold` [rows] numbers the
    folds in time order; `groups` [rows] are dependent rows. What is fitted and compared is the shape alone, on
    probabilities that have the late rate of each fold (`match_levels`): models of earlier folds lag behind a late rate
    that moves, and the final one has caught up. The result is the identity unless another method is better by more than
    noise (see `LossGains`), and better on every fold. It is the identity, too, if no fold has `MIN_FIT_ROWS` rows
    before it with `MIN_CLASS_ROWS` of each class.
    """
    matched = match_levels(labels, probabilities, fold)
    fitted = [
        _FittedFold(fold == number, {method: fit(method, labels[before], matched[before]) for method in METHODS})
        for number in np.unique(fold)
        if _are_enough(labels[before := fold < number])
    ]
    if not fitted:
        return _identity(probabilities, {"none": _log_loss(labels, matched)}, len(labels))
    is_validated = np.any([of_fold.rows for of_fold in fitted], axis=0)
    calibrated = {method: _apply(fitted, method, matched)[is_validated] for method in METHODS}
    validated = labels[is_validated]
    losses = {method: _log_loss(validated, shape) for method, shape in calibrated.items()}
    rows = len(validated)
    validated_groups = None if groups is None else groups[is_validated]
    better = [
        method
        for method in METHODS
        if _is_better(validated, fold[is_validated], validated_groups, matched[is_validated], calibrated[method])
    ]
    if not better:
        return _identity(probabilities, losses, rows)
    best = min(better, key=losses.__getitem__)  # of equal ones the first, with the fewest parameters
    calibrator, choice = fit(best, labels, matched), _choice(best, losses, rows)
    return CalibrationResult(calibrator, _apply(fitted, best, probabilities), is_validated, choice)


class _FittedFold(NamedTuple):
    """Calibrators that were fitted to the folds before one, by method; `rows` [rows] are its own."""

    rows: Mask
    calibrators: dict[Method, Calibrator]


def _apply(fitted: Sequence[_FittedFold], method: Method, probabilities: Floats) -> Floats:
    """Probabilities [rows], each by the calibrator that was fitted to the folds before it; NaN where there is none."""
    calibrated = np.full(len(probabilities), np.nan)
    for rows, calibrators in fitted:
        calibrated[rows] = calibrators[method].apply(probabilities[rows])
    return calibrated


def _is_better(
    labels: Labels,
    fold: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    probabilities: Floats,
    calibrated: Floats,
) -> bool:
    gains = LossGains.measure(labels, fold, groups, probabilities, calibrated)
    is_beyond_noise = gains.are_beyond_noise(fold_weights(len(gains.gains)), comparisons=len(METHODS) - 1)
    return is_beyond_noise and bool((gains.gains > 0).all())


def _are_enough(labels: Labels) -> bool:
    late = int(labels.sum())
    return len(labels) >= MIN_FIT_ROWS and min(late, len(labels) - late) >= MIN_CLASS_ROWS


def _log_loss(labels: Labels, probabilities: Floats) -> float:
    return float(log_losses(labels, probabilities).mean())


def _identity(probabilities: Floats, losses: dict[Method, float], rows: int) -> CalibrationResult:
    is_validated = np.ones(len(probabilities), dtype=np.bool_)
    return CalibrationResult(IdentityCalibrator(), probabilities, is_validated, _choice("none", losses, rows))


def _choice(method: Method, losses: dict[Method, float], rows: int) -> CalibrationChoice:
    rounded = {str(name): round(loss, 6) for name, loss in losses.items()}
    return CalibrationChoice(method=method, log_losses=rounded, rows=rows)

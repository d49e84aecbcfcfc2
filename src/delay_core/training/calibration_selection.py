"""Selects the calibration method: each is validated on rows later than those it is fitted on, as it will be used."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import METHODS, Calibrator, IdentityCalibrator, Method
from delay_core.evaluation import log_losses
from delay_core.reports import CalibrationChoice
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
    folds in time order; `groups` [rows] are dependent rows. The result is the identity unless another method is better
    by more than noise (see `LossGains`), and better on every fold: the late rate of a few blocks is not that of the
    next one. It is the identity, too, if no fold has `MIN_FIT_ROWS` rows before it with `MIN_CLASS_ROWS` of each class.
    """
    calibrated, is_validated = _cross_fit(fit, labels, probabilities, fold)
    if not is_validated.any():
        return _identity(probabilities, {"none": _log_loss(labels, probabilities)}, len(labels))
    losses = {
        method: _log_loss(labels[is_validated], method_probabilities[is_validated])
        for method, method_probabilities in calibrated.items()
    }
    rows = int(is_validated.sum())
    validated_groups = None if groups is None else groups[is_validated]
    better = [
        method
        for method in METHODS
        if _is_better(
            labels[is_validated],
            fold[is_validated],
            validated_groups,
            probabilities[is_validated],
            calibrated[method][is_validated],
        )
    ]
    if not better:
        return _identity(probabilities, losses, rows)
    best = min(better, key=losses.__getitem__)  # of equal ones the first, with the fewest parameters
    calibrator = fit(best, labels, probabilities)
    return CalibrationResult(calibrator, calibrated[best], is_validated, _choice(best, losses, rows))


def _cross_fit(
    fit: FitCalibrator, labels: Labels, probabilities: Floats, fold: NDArray[np.int64]
) -> tuple[dict[Method, Floats], Mask]:
    """Probabilities by each method [rows], fitted to the folds before each row's; and which rows have any."""
    calibrated: dict[Method, Floats] = {method: np.full(len(labels), np.nan) for method in METHODS}
    is_validated = np.zeros(len(labels), dtype=np.bool_)
    for number in np.unique(fold):
        before, rows = fold < number, fold == number
        if not _are_enough(labels[before]):
            continue
        is_validated |= rows
        for method, method_probabilities in calibrated.items():
            calibrator = fit(method, labels[before], probabilities[before])
            method_probabilities[rows] = calibrator.apply(probabilities[rows])
    return calibrated, is_validated


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

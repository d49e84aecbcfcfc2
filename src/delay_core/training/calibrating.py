"""Which map suits: every method judged on rows later than those it learned from, as it will be used."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import METHODS, Calibrator, Method, Unchanged
from delay_core.evaluation import log_losses
from delay_core.ports.calibration_fitter import CalibrationFitter
from delay_core.reports import CalibrationChoice

FEWEST_ROWS = 200
"""On fewer rows no map is learned."""
FEWEST_OF_A_CLASS = 20
"""Nor on fewer late, or fewer on-time, shipments."""

Labels = NDArray[np.int8]
Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Calibrated:
    """The map chosen, learned from all rows, and what maps of its method say of rows they did not learn from.

    `probabilities` [rows] are NaN where `covered` [rows] is False: no map learned from enough rows before those. Where
    nothing is changed nothing was learned, and every row is covered.
    """

    calibrator: Calibrator
    probabilities: Floats
    covered: Rows
    choice: CalibrationChoice


def choose_calibration(
    fitter: CalibrationFitter, labels: Labels, probabilities: Floats, fold: NDArray[np.int64]
) -> Calibrated:
    """Choose by the log-loss on all folds that have enough rows before them, each judged by maps learned on those rows.

    Labels [rows], a model's own probabilities [rows] for rows that it had not learned from, and the fold of each
    [rows], numbered in time order. Nothing is changed unless that loses more than another method, nor where no fold
    has `FEWEST_ROWS` rows before it, `FEWEST_OF_A_CLASS` of either class.
    """
    answers, judged = _cross_fitted(fitter, labels, probabilities, fold)
    if not judged.any():
        return _unchanged(probabilities, {"none": _log_loss(labels, probabilities)}, len(labels))
    losses = {method: _log_loss(labels[judged], said[judged]) for method, said in answers.items()}
    best = min(METHODS, key=lambda method: losses[method])  # of equal ones the first, which learns least
    if best == "none":
        return _unchanged(probabilities, losses, int(judged.sum()))
    choice = _choice(best, losses, int(judged.sum()))
    return Calibrated(fitter.fit(best, labels, probabilities), answers[best], judged, choice)


def _cross_fitted(
    fitter: CalibrationFitter, labels: Labels, probabilities: Floats, fold: NDArray[np.int64]
) -> tuple[dict[Method, Floats], Rows]:
    """What each method says of each row [rows], learned on the folds before; and which rows have such an answer."""
    answers: dict[Method, Floats] = {method: np.full(len(labels), np.nan) for method in METHODS}
    judged = np.zeros(len(labels), dtype=np.bool_)
    for later in np.unique(fold):
        before, rows = fold < later, fold == later
        if not _enough(labels[before]):
            continue
        judged |= rows
        for method, said in answers.items():
            said[rows] = fitter.fit(method, labels[before], probabilities[before]).apply(probabilities[rows])
    return answers, judged


def _enough(labels: Labels) -> bool:
    late = int(labels.sum())
    return len(labels) >= FEWEST_ROWS and min(late, len(labels) - late) >= FEWEST_OF_A_CLASS


def _log_loss(labels: Labels, probabilities: Floats) -> float:
    return float(log_losses(labels, probabilities).mean())


def _unchanged(probabilities: Floats, losses: dict[Method, float], rows: int) -> Calibrated:
    covered = np.ones(len(probabilities), dtype=np.bool_)
    return Calibrated(Unchanged(), probabilities, covered, _choice("none", losses, rows))


def _choice(method: Method, losses: dict[Method, float], rows: int) -> CalibrationChoice:
    rounded = {str(name): round(loss, 6) for name, loss in losses.items()}
    return CalibrationChoice(method=method, log_losses=rounded, rows=rows)

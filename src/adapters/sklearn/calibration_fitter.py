"""Calibration maps by scikit-learn."""

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from delay_core.calibration import Beta, Calibrator, Isotonic, Method, Platt, Unchanged
from delay_core.calibration.scale import SUREST, Floats, log_chances, on_grid
from delay_core.errors import TrainingRefused
from delay_core.ports import calibration_fitter as port

_SAME = 1e-9
"""A column that spreads less than this is one value: no slope can be learned from it."""


class CalibrationFitter(port.CalibrationFitter):
    """Platt and beta by logistic regression without penalty, isotonic by pooling adjacent violators."""

    def fit(self, method: Method, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Calibrator:
        if not 0 < int(labels.sum()) < len(labels):
            raise TrainingRefused(
                f"the {len(labels)} rows to calibrate on hold one class only: "
                "late and on-time shipments are both needed"
            )
        if method == "none":
            return Unchanged()
        if method == "isotonic":
            return _isotonic(labels, probabilities)
        late, on_time = log_chances(probabilities)
        if method == "platt":
            (a,), b = _rising([late + on_time], labels)
            return Platt(a=a, b=b)
        (a, b), c = _rising([late, on_time], labels)
        return Beta(a=a, b=b, c=c)


def _rising(columns: list[Floats], labels: NDArray[np.int8]) -> tuple[list[float], float]:
    """Slopes, none below 0, and the intercept of the log-odds of being late, linear in the columns [rows].

    Where a slope would be negative it is fixed at 0 and the others are fitted anew (Kull et al. 2017); log-loss is
    convex, so that is the best there is with one such slope, and with several the best of the refits is.
    """
    slopes, intercept = _fitted(columns, labels)
    offending = [place for place, slope in enumerate(slopes) if slope < 0]
    if not offending:
        return slopes, intercept
    refits = []
    for place in offending:
        others, refitted = _rising(columns[:place] + columns[place + 1 :], labels)
        refits.append(([*others[:place], 0.0, *others[place:]], refitted))
    return min(refits, key=lambda refit: _loss(columns, labels, *refit))


def _fitted(columns: list[Floats], labels: NDArray[np.int8]) -> tuple[list[float], float]:
    """Slopes, of any sign, and intercept. Columns are standardised first: the solver then takes a few steps only."""
    late, on_time = _targets(labels)
    means, spreads = [float(column.mean()) for column in columns], [float(column.std()) for column in columns]
    told = [place for place, spread in enumerate(spreads) if spread > _SAME]
    slopes, intercept = [0.0] * len(columns), float(np.log(late.sum() / on_time.sum()))
    if told:
        matrix = np.stack([(columns[place] - means[place]) / spreads[place] for place in told], axis=1)
        regression = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000)
        with threadpool_limits(1, "blas"):  # on two threads, sums have other last bits
            regression.fit(
                np.concatenate([matrix, matrix]),
                np.repeat([1, 0], len(labels)),
                sample_weight=np.concatenate([late, on_time]),
            )
        intercept = float(regression.intercept_[0])
        for place, slope in zip(told, regression.coef_[0].tolist(), strict=True):
            slopes[place] = slope / spreads[place]
            intercept -= slopes[place] * means[place]
    return slopes, intercept


def _targets(labels: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """How late, and how much on time, each row counts [rows]: Platt's targets, as if each class had a row of doubt.

    Without them, two classes that a probability separates would ask for a slope without end.
    """
    rows, late = len(labels), int(labels.sum())
    target = np.where(labels == 1, (late + 1) / (late + 2), 1 / (rows - late + 2))
    return target, 1 - target


def _loss(columns: list[Floats], labels: NDArray[np.int8], slopes: list[float], intercept: float) -> float:
    late, _ = _targets(labels)
    log_odds = np.full(len(labels), intercept)
    for column, slope in zip(columns, slopes, strict=True):
        log_odds += slope * column
    return float((np.logaddexp(0, log_odds) - late * log_odds).mean())


def _isotonic(labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Isotonic:
    within = np.clip(probabilities, 0, 1)  # a mean over trees can exceed 1 by its last bit
    values, place, repeats = np.unique(on_grid(within), return_inverse=True, return_counts=True)
    late = np.bincount(place, weights=labels)
    fitted = isotonic_regression(late / repeats, sample_weight=repeats)
    starts = np.flatnonzero(np.concatenate([[True], fitted[1:] != fitted[:-1]]))
    rows = np.add.reduceat(repeats, starts)
    centres = np.add.reduceat(values * repeats, starts) / rows
    heights = _never_sure(np.add.reduceat(late, starts) / rows, rows)
    return Isotonic(x=tuple(on_grid(centres).tolist()), y=tuple(heights.tolist()))


def _never_sure(heights: Floats, rows: NDArray[np.int64]) -> Floats:
    """The blocks' late rates [blocks], where 0 and 1 are moved inside: by Laplace's rule, short of the next block."""
    inside = heights.copy()
    if inside[0] == 0:
        inside[0] = min(1 / (rows[0] + 2), inside[1] / 2)
    if inside[-1] == 1:
        inside[-1] = 1 - min(1 / (rows[-1] + 2), (1 - inside[-2]) / 2)
    bounded: Floats = np.clip(inside, SUREST, 1 - SUREST)
    return bounded

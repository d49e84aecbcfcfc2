"""The newest change of how outcomes relate to the model's log-odds: older outcomes say little about today."""

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import Floats
from delay_core.recalibration.log_odds_fit import fit_log_odds_map

MIN_SEGMENT = 100
"""A change has at least so many outcomes before it and after it."""
CRITICAL_VALUE = 20.0
"""Without a change, the largest statistic exceeds it for about one table in a hundred."""


def newest_segment(log_odds: Floats, labels: NDArray[np.int8], groups: NDArray[np.int64]) -> int:
    """The index of the first row after the newest change; 0 if there is none.

    `log_odds`, `labels` and `groups` [rows] are in the order in which the outcomes became known. A segment is cut at
    its most significant change, and the newer part is searched again (binary segmentation).
    """
    start = 0
    while (change := _most_significant_change(log_odds[start:], labels[start:], groups[start:])) is not None:
        start += change
    return start


def _most_significant_change(log_odds: Floats, labels: NDArray[np.int8], groups: NDArray[np.int64]) -> int | None:
    """The first row after the most significant change; None if none is significant.

    The supremum of score tests (Andrews 1993): one map is fitted to all rows, and the derivatives of its log-likelihood
    by intercept and slope are summed up to each position. Where the map holds throughout, the sums stay near their
    share of the total, which is about 0. Their variance is that of the sums of groups.
    """
    rows = len(labels)
    if rows < 2 * MIN_SEGMENT:
        return None
    fitted = 1 / (1 + np.exp(-fit_log_odds_map(log_odds, labels, segments=1)(log_odds)))
    residuals, weights = labels - fitted, fitted * (1 - fitted)
    scores = np.stack([residuals, residuals * (log_odds - log_odds.mean())])
    share = np.cumsum(weights) / weights.sum()
    sums = np.cumsum(scores, axis=1)
    sums -= sums[:, -1:] * share
    distances = _squared_distances(sums, _covariance(scores, groups))
    positions = slice(MIN_SEGMENT - 1, rows - MIN_SEGMENT)
    statistics = distances[positions] / (share * (1 - share))[positions]
    largest = int(np.argmax(statistics))
    return largest + MIN_SEGMENT if statistics[largest] > CRITICAL_VALUE else None


def _covariance(scores: Floats, groups: NDArray[np.int64]) -> Floats:
    """The covariance [2, 2] of the total of scores [2, rows] whose groups [rows] are independent of each other."""
    _, group = np.unique(groups, return_inverse=True)
    totals = np.stack([np.bincount(group, weights=score) for score in scores])
    return np.asarray(totals @ totals.T)


def _squared_distances(sums: Floats, covariance: Floats) -> Floats:
    """The squared Mahalanobis distances [rows] of sums [2, rows] from 0; by the intercept alone if slopes are equal."""
    (first, mixed), (_, second) = covariance
    determinant = first * second - mixed**2
    if determinant <= 1e-12 * first * second:
        return np.asarray(sums[0] ** 2 / first)
    quadratic = second * sums[0] ** 2 - 2 * mixed * sums[0] * sums[1] + first * sums[1] ** 2
    return np.asarray(quadratic / determinant)

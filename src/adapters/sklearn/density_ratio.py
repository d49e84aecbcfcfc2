"""The density ratio by logistic regression between window and reference."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from adapters.sklearn.ratio_features import build_matrix
from delay_core.ports import density_ratio as port
from delay_core.ports.density_ratio import Columns, DensityRatios

FOLDS = 5
STRENGTH = 0.03
"""The inverse of the penalty: it pulls the ratio to one where rows show no difference."""


class DensityRatio(port.DensityRatio):
    """Out of fold; the folds are drawn with a fixed seed."""

    def estimate(self, reference: Columns, window: Columns) -> DensityRatios:
        matrix = build_matrix(reference, window)
        is_window = np.repeat([0, 1], [len(next(iter(reference.values()))), len(next(iter(window.values())))])
        log_odds = _predict_out_of_fold(matrix, is_window)
        prior = np.log(is_window.mean() / (1 - is_window.mean()))
        ratios = np.exp(np.clip(log_odds - prior, -20, 20))
        return DensityRatios(ratios[is_window == 0], ratios[is_window == 1])


def _predict_out_of_fold(matrix: NDArray[np.float64], is_window: NDArray[np.int64]) -> NDArray[np.float64]:
    """The log-odds [rows] that each row belongs to the window."""
    fold = np.random.default_rng(0).permutation(len(matrix)) % FOLDS
    log_odds = np.empty(len(matrix))
    with threadpool_limits(1, "blas"):  # on two threads, sums have other last bits
        for held_out in range(FOLDS):
            train = fold != held_out
            regression = LogisticRegression(C=STRENGTH, solver="newton-cholesky")
            regression.fit(matrix[train], is_window[train])
            log_odds[~train] = regression.decision_function(matrix[~train])
    return log_odds

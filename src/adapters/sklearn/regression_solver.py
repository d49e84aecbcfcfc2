"""Logistic and isotonic regression by scikit-learn."""

import numpy as np
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression

from adapters.sklearn.thread_limits import one_blas_thread
from delay_core.ports import regression_solver as port
from delay_core.ports.regression_solver import Floats, LogisticCoefficients


class RegressionSolver(port.RegressionSolver):
    """Logistic regression by lbfgs, isotonic regression by pooling adjacent violators."""

    def fit_logistic(self, columns: Floats, targets: Floats) -> LogisticCoefficients:
        # A row with a probability as its target counts as two rows: a late one and an on-time one, with weights.
        regression = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000)
        with one_blas_thread():
            regression.fit(
                np.concatenate([columns, columns]),
                np.repeat([1, 0], len(targets)),
                sample_weight=np.concatenate([targets, 1 - targets]),
            )
        return LogisticCoefficients(tuple(regression.coef_[0].tolist()), float(regression.intercept_[0]))

    def fit_isotonic(self, values: Floats, weights: Floats) -> Floats:
        fitted: Floats = isotonic_regression(values, sample_weight=weights)
        return fitted

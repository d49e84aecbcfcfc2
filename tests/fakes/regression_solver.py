"""Logistic regression by Newton's method, isotonic regression by pooling violators one by one."""

import numpy as np

from delay_core.ports import regression_solver as port
from delay_core.ports.regression_solver import Floats, LogisticCoefficients


class RegressionSolver(port.RegressionSolver):
    """Both regressions in numpy."""

    def fit_logistic(self, columns: Floats, targets: Floats) -> LogisticCoefficients:
        matrix = np.column_stack([columns, np.ones(len(targets))])
        weights = np.zeros(matrix.shape[1])
        loss = _cross_entropy(matrix @ weights, targets)
        for _ in range(100):
            probabilities = 1 / (1 + np.exp(-matrix @ weights))
            gradient = matrix.T @ (targets - probabilities)
            hessian = (matrix * (probabilities * (1 - probabilities))[:, None]).T @ matrix
            step = np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
            while _cross_entropy(matrix @ (weights + step), targets) > loss and np.abs(step).max() > 1e-12:
                step = step / 2
            weights, loss = weights + step, _cross_entropy(matrix @ (weights + step), targets)
            if np.abs(step).max() < 1e-12:
                break
        return LogisticCoefficients(tuple(weights[:-1].tolist()), float(weights[-1]))

    def fit_isotonic(self, values: Floats, weights: Floats) -> Floats:
        blocks: list[tuple[float, float, int]] = []  # weighted sum, weight, points
        for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
            blocks.append((value * weight, weight, 1))
            while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1] - 1e-12:
                one, two = blocks.pop(), blocks.pop()
                blocks.append((one[0] + two[0], one[1] + two[1], one[2] + two[2]))
        return np.concatenate([np.full(points, total / weight) for total, weight, points in blocks])


def _cross_entropy(log_odds: Floats, targets: Floats) -> float:
    return float((np.logaddexp(0, log_odds) - targets * log_odds).mean())

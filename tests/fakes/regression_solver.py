"""Logistic regression by Newton's method, isotonic regression by pooling violators one by one."""

import numpy as np

from delay_core.ports import regression_solver as port
from delay_core.ports.regression_solver import LogisticCoefficients


class RegressionSolver(port.RegressionSolver):
    def fit_logistic(self, columns, targets):
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

    def fit_isotonic(self, values, weights):
        blocks = []  # weighted sum, weight, points
        for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
            blocks.append((value * weight, weight, 1))
            while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]) - 1e-12:
                blocks[-2:] = [tuple(map(sum, zip(*blocks[-2:], strict=True)))]
        return np.concatenate([np.full(block[2], _mean(block)) for block in blocks])


def _cross_entropy(log_odds, targets):
    return float((np.logaddexp(0, log_odds) - targets * log_odds).mean())


def _mean(block):
    return block[0] / block[1]

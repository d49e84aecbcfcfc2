"""The metrics: one object each. To add one, define it here and append it to `METRICS`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation.calibration_error import calibration_error, resampled_calibration_error
from delay_core.evaluation.ranked_rows import Floats, RankedRows, ResampledRows

_EPSILON = float(np.finfo(np.float64).eps)
"""Probabilities are clipped to this distance from 0 and 1 before the logarithm, as scikit-learn does."""


@dataclass(frozen=True)
class Metric:
    """How good the probabilities of a model are, in one number.

    `name` is its key in reports, bundles and MLflow, `title` its head in tables, `direction` which values are better.
    `value` computes it for ranked rows. `resampled` prepares ranked rows once and returns the function that computes
    it for resamples of them, [resamples]: the same as `value` for rows repeated as often as they were drawn, to 1e-12.
    """

    name: str
    title: str
    direction: Literal["higher", "lower"]
    value: Callable[[RankedRows], float]
    resampled: Callable[[RankedRows], Callable[[ResampledRows], Floats]]


def roc_auc(ranked: RankedRows) -> float:
    """The share of (late, on-time) pairs in the right order; ties count half. Exact in integers."""
    on_time = ranked.end - ranked.start - ranked.late
    on_time_before = ranked.start - ranked.late_before
    double_pairs = int((ranked.late * (2 * on_time_before + on_time)).sum())
    return double_pairs / (2 * ranked.late_rows * (ranked.rows - ranked.late_rows))


def average_precision(ranked: RankedRows) -> float:
    """The precision at each threshold, weighted by the recall that the threshold adds."""
    precision = (ranked.late_rows - ranked.late_before) / (ranked.rows - ranked.start)
    return float((ranked.late * precision).sum()) / ranked.late_rows


def squared_errors(labels: NDArray[np.int8], probabilities: Floats) -> Floats:
    """The squared error of each row [rows]; their mean is the Brier score."""
    return np.asarray((probabilities - labels) ** 2)


def log_losses(labels: NDArray[np.int8], probabilities: Floats) -> Floats:
    """The log-loss of each row [rows], in nats; one class alone is enough."""
    outcome_probabilities = np.where(labels == 1, probabilities, 1 - probabilities)
    return np.asarray(-np.log(np.clip(outcome_probabilities, _EPSILON, 1 - _EPSILON)))


def _resampled_roc_auc(resampled: ResampledRows) -> Floats:
    double_pairs, _, _ = resampled.scratch()
    np.multiply(resampled.late_end, -2, out=double_pairs)
    double_pairs += resampled.double_rank
    double_pairs += resampled.late
    double_pairs *= resampled.late
    late, on_time = resampled.late_rows, resampled.rows - resampled.late_rows
    return np.asarray(double_pairs.sum(axis=1) / (2 * late * on_time))


def _resampled_average_precision(resampled: ResampledRows) -> Floats:
    hits, flagged, precision = resampled.scratch()  # at the threshold of each group
    np.subtract(resampled.late_rows[:, None], resampled.late_end, out=hits)
    hits += resampled.late
    np.subtract(resampled.rows[:, None], resampled.end, out=flagged)
    flagged += resampled.drawn
    np.maximum(flagged, 1, out=flagged)  # 0 where none of the highest groups was drawn; they hold no late row either
    np.divide(hits, flagged, out=precision)
    precision *= resampled.late
    return np.asarray(precision.sum(axis=1) / resampled.late_rows)


def _row_mean(name: str, title: str, losses: Callable[[NDArray[np.int8], Floats], Floats]) -> Metric:
    """The mean of a loss of each row [rows]; lower is better."""

    def value(ranked: RankedRows) -> float:
        return float(losses(ranked.labels, ranked.probabilities).mean())

    def resampled(ranked: RankedRows) -> Callable[[ResampledRows], Floats]:
        per_row = losses(ranked.labels, ranked.probabilities)
        return lambda resamples: resamples.total(per_row) / resamples.rows

    return Metric(name, title, "lower", value, resampled)


ROC_AUC = Metric("roc_auc", "ROC-AUC", "higher", roc_auc, lambda _: _resampled_roc_auc)
PR_AUC = Metric("pr_auc", "PR-AUC", "higher", average_precision, lambda _: _resampled_average_precision)
BRIER = _row_mean("brier", "Brier", squared_errors)
LOG_LOSS = _row_mean("log_loss", "log-loss", log_losses)
ECE = Metric("ece", "ECE", "lower", calibration_error, lambda _: resampled_calibration_error)

METRICS = (ROC_AUC, PR_AUC, BRIER, LOG_LOSS, ECE)
"""Every metric that is computed, reported and shown, in the order of the tables."""

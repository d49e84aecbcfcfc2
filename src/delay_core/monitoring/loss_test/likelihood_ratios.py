"""Factors by which outcomes multiply the evidence for each alternative."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import EPSILON
from delay_core.monitoring.loss_test.alternatives import Alternative
from delay_core.monitoring.loss_test.tolerance_band import ToleranceBand

Floats = NDArray[np.float64]


def log_likelihood_ratios(
    probabilities: Floats,
    late: NDArray[np.int8],
    alternatives: Sequence[Alternative],
    band: ToleranceBand,
    center: float,
) -> Floats:
    """The log-likelihood under each alternative less that under the nearer edge of the band [rows, alternatives].

    It is 0 where the alternative lies inside the band. The expectation of the ratio is at most 1 for every true
    probability inside the band: it is linear in the outcome, 1 on the edge, and less on the band's side of it.
    """
    served = np.clip(probabilities, EPSILON, 1 - EPSILON)
    log_odds = np.log(served / (1 - served))
    lower, upper = band.edges(served)
    outcomes = late == 1
    columns = []
    for alternative in alternatives:
        assumed = alternative.late_probability(log_odds, center)
        edge = np.clip(assumed, lower, upper)
        columns.append(np.log(np.where(outcomes, assumed / edge, (1 - assumed) / (1 - edge))))
    return np.stack(columns, axis=1)


def average_groups(log_ratios: Floats, groups: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """One log factor per group [groups, alternatives], and how many rows are known with it [groups].

    The mean of ratios has an expectation of at most 1 however the rows depend on each other; their product has not.
    A group stands where its last row is, when all of it is known.
    """
    rows = len(groups)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order[:1]] - 1))
    sizes = np.diff(starts, append=rows)
    last_rows = order[starts + sizes - 1]
    by_time = np.argsort(last_rows)
    if len(starts) == rows:
        return log_ratios, last_rows[by_time] + 1
    sums = np.add.reduceat(np.exp(log_ratios[order]), starts, axis=0)
    return np.log(sums / sizes[:, None])[by_time], last_rows[by_time] + 1

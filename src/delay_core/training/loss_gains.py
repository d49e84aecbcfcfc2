"""Whether another model's out-of-fold losses are lower, or higher, than those of a reference by more than noise."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import log_losses

Floats = NDArray[np.float64]
SIGNIFICANCE = 0.025
"""One-sided, as of a 95 % interval."""


@dataclass(frozen=True)
class LossGains:
    """How much lower another model's mean log-loss is than a reference's on each fold, in time order, and its noise.

    `noise` is the standard error that a fold's gain has if the reference's probabilities are right. It needs no
    variance of the losses, which few rows do not show: one late shipment that a model calls impossible outweighs all
    others.
    """

    gains: Floats
    noise: Floats

    @classmethod
    def measure(
        cls,
        labels: NDArray[np.int8],
        fold: NDArray[np.int64],
        groups: NDArray[np.int64] | None,
        reference: Floats,
        other: Floats,
    ) -> "LossGains":
        """Compare two models' out-of-fold probabilities [rows]; `fold` and `groups` as in `OutOfFold`.

        The rows of a group count as fully dependent: their noise is added up.
        """
        gain = log_losses(labels, reference) - log_losses(labels, other)
        certain = np.ones(len(labels), dtype=np.int8)
        log_odds = [log_losses(1 - certain, late) - log_losses(certain, late) for late in (reference, other)]
        row_noise = np.sqrt(reference * (1 - reference)) * np.abs(log_odds[0] - log_odds[1])
        units = np.arange(len(labels)) if groups is None else groups
        folds = [fold == number for number in np.unique(fold)]
        return cls(
            np.array([gain[rows].mean() for rows in folds]),
            np.array([_sum_noise(units[rows], row_noise[rows]) / rows.sum() for rows in folds]),
        )

    def are_beyond_noise(self, weights: Floats, comparisons: int) -> bool:
        """Whether the weighted mean gain exceeds its noise, and no fold's loss exceeds the fold's noise.

        `weights` [folds]. The best of several models is partly the luckiest, so the level of the mean is divided by the
        number of `comparisons` with the reference.
        """
        normal = NormalDist()
        mean_noise = np.sqrt(((weights * self.noise) ** 2).sum())
        is_better = (weights * self.gains).sum() > normal.inv_cdf(1 - SIGNIFICANCE / comparisons) * mean_noise
        is_worse = -self.gains > normal.inv_cdf(1 - SIGNIFICANCE) * self.noise
        return bool(is_better and not is_worse.any())


def _sum_noise(units: NDArray[np.int64], noise: Floats) -> float:
    """The standard error of a sum over independent units."""
    by_unit = np.bincount(np.unique(units, return_inverse=True)[1], weights=noise)
    return float(np.sqrt((by_unit**2).sum()))

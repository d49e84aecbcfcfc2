"""How much the labels of a group depend on each other, beyond what their probabilities say."""

import numpy as np
from numpy.typing import NDArray


def label_dependence(labels: NDArray[np.int8], probabilities: NDArray[np.float64], group: NDArray[np.int64]) -> float:
    """The correlation of two labels of the same group, from 0 to 1; 0 where no group has two rows.

    Of labels [rows] around their probabilities [rows], over all pairs of rows of the same group [rows].
    """
    index = np.unique(group, return_inverse=True)[1]
    deviations = labels - probabilities
    spread = np.sqrt(probabilities * (1 - probabilities))
    observed = _pair_sum(deviations, index)
    possible = _pair_sum(spread, index)
    return float(np.clip(observed / possible, 0, 1)) if possible > 0 else 0.0


def _pair_sum(values: NDArray[np.float64], index: NDArray[np.int64]) -> float:
    """The sum of products over all ordered pairs of different rows of a group."""
    total = np.bincount(index, weights=values)
    return float((total**2).sum() - (values**2).sum())

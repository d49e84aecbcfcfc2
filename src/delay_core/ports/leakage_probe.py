"""Measures how well a few features alone predict the label."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class LeakageProbe(Protocol):
    """A small decision tree, evaluated on rows that it was not fitted on."""

    def predict_out_of_fold(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        fold: NDArray[np.int8],
        depth: int | None,
        min_samples_leaf: int,
    ) -> NDArray[np.float64]:
        """Probabilities of being late [rows], each by a tree that was fitted on the rows of all other folds.

        `features` [rows, columns]; `labels` [rows] of zeros and ones, both present outside of every fold; `fold` [rows]
        numbers the folds. A tree has at most `depth` levels (None: no limit) and at least `min_samples_leaf` rows in
        each leaf. Deterministic.
        """
        ...

"""Measuring how well a few features alone know the answer."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class LeakageProbe(Protocol):
    """A small tree, scored on rows that it has not seen."""

    def roc_auc(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        depth: int | None,
        groups: NDArray[np.int64] | None = None,
    ) -> float:
        """Out-of-fold ROC-AUC of a tree of this depth (None: as deep as rows allow) on a matrix [rows, features].

        Labels [rows] hold zeros and ones, at least five of each. Rows of equal `groups` [rows] are in one fold: what
        a shipment's other lines tell of it is no leak; at least five of them have late rows, and five have none.
        Deterministic.
        """
        ...

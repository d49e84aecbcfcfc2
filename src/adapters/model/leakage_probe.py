"""A small tree by scikit-learn, scored out of fold."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from adapters.model.ranking import ranking
from delay_core.ports import leakage_probe as port

FOLDS = 5
LEAF = 5
"""Rows in a leaf of a tree without a depth: fewer would make it learn single rows by heart."""


class LeakageProbe(port.LeakageProbe):
    """Five folds with equal shares of late rows, dealt with a fixed seed."""

    def roc_auc(self, features: NDArray[np.float32], labels: NDArray[np.int8], depth: int | None) -> float:
        fold = _folds(labels)
        late = np.empty(len(labels))
        leaf = 1 if depth is not None else min(LEAF, int(np.bincount(labels).min()) // 2)

        def grow(held_out: int) -> None:
            seen, unseen = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
            tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0)
            # The matrix comes from our own encoder; the setting is this thread's alone.
            with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
                tree.fit(features[seen], labels[seen])
                late[unseen] = tree.predict_proba(features[unseen])[:, 1]

        # A growing tree releases the GIL, and each fold writes rows of its own.
        with ThreadPoolExecutor(FOLDS) as threads:
            list(threads.map(grow, range(FOLDS)))
        return ranking(labels, late).roc_auc()


def _folds(labels: NDArray[np.int8]) -> NDArray[np.int8]:
    """The fold [rows] of each row: the rows of a class are shuffled, then dealt in turn."""
    fold = np.empty(len(labels), dtype=np.int8)
    generator = np.random.default_rng(0)
    for value in (0, 1):
        rows = np.flatnonzero(labels == value)
        fold[generator.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return fold

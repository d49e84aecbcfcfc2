"""A small tree by scikit-learn, scored out of fold."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from delay_core.evaluation import RankedRows
from delay_core.evaluation.metrics import roc_auc
from delay_core.ports import leakage_probe as port

FOLDS = 5
LEAVES = (5, 2)
"""Rows in a leaf of a tree without a depth. Five rank honest columns well; two find rare values that are pure."""


class LeakageProbe(port.LeakageProbe):
    """Five folds with equal shares of late rows, dealt with a fixed seed; without a depth, the better of two trees."""

    def roc_auc(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        depth: int | None,
        groups: NDArray[np.int64] | None = None,
    ) -> float:
        fold = _folds(labels, np.arange(len(labels)) if groups is None else np.unique(groups, return_inverse=True)[1])
        most = int(np.bincount(labels).min()) // 2
        leaves = (1,) if depth is not None else tuple(min(leaf, most) for leaf in LEAVES)
        late = np.empty((len(leaves), len(labels)))

        def grow(place: int, held_out: int) -> None:
            seen, unseen = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
            tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaves[place], random_state=0)
            # The matrix comes from our own encoder; the setting is this thread's alone.
            with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
                tree.fit(features[seen], labels[seen])
                late[place, unseen] = tree.predict_proba(features[unseen])[:, 1]

        # A growing tree releases the GIL, and each fold writes rows of its own.
        with ThreadPoolExecutor(FOLDS) as threads:
            list(threads.map(grow, *zip(*product(range(len(leaves)), range(FOLDS)), strict=True)))
        return max(roc_auc(RankedRows(labels, of_tree)) for of_tree in late)


def _folds(labels: NDArray[np.int8], groups: NDArray[np.int64]) -> NDArray[np.int8]:
    """The fold [rows] of each row: groups with late rows, and those without, are shuffled, then dealt in turn."""
    late = np.bincount(groups, weights=labels) > 0
    fold = np.empty(len(late), dtype=np.int8)
    generator = np.random.default_rng(0)
    for value in (False, True):
        alike = np.flatnonzero(late == value)
        fold[generator.permutation(alike)] = np.arange(len(alike)) % FOLDS
    return fold[groups]

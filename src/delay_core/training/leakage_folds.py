"""How well a few features alone predict the label, on rows that were not used for fitting."""

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import RankedRows
from delay_core.evaluation.metrics import roc_auc
from delay_core.ports.leakage_probe import LeakageProbe

N_FOLDS = 5
MIN_CLASS_ROWS = 5
"""Rows, or groups, of each outcome that a measurement needs: one for each fold."""
MIN_SAMPLES_LEAF = (5, 2)
"""Rows per leaf of the trees without a depth limit. Five rank honest columns well; two find rare values that are pure.
"""


def out_of_fold_auc(
    probe: LeakageProbe,
    features: NDArray[np.float32],
    labels: NDArray[np.int8],
    depth: int | None,
    groups: NDArray[np.int64] | None = None,
) -> float:
    """Out-of-fold ROC-AUC of a tree of this depth on a matrix [rows, features]; without a depth, the better of two.

    `labels` [rows] hold zeros and ones, at least five of each. Rows of equal `groups` [rows] are in the same fold, so
    that what a shipment's other rows reveal about it does not count; at least five groups have late rows, and at least
    five have none. Deterministic.
    """
    fold = stratified_group_folds(labels, groups)
    max_leaf = int(np.bincount(labels).min()) // 2
    leaves = (1,) if depth is not None else tuple(dict.fromkeys(min(leaf, max_leaf) for leaf in MIN_SAMPLES_LEAF))
    predictions = (probe.predict_out_of_fold(features, labels, fold, depth, leaf) for leaf in leaves)
    return max(roc_auc(RankedRows(labels, late)) for late in predictions)


def stratified_group_folds(labels: NDArray[np.int8], groups: NDArray[np.int64] | None) -> NDArray[np.int8]:
    """The fold of each row [rows]. Groups with late rows, and groups without, are shuffled, then dealt in turn."""
    codes = np.arange(len(labels)) if groups is None else np.unique(groups, return_inverse=True)[1]
    late = np.bincount(codes, weights=labels) > 0
    fold = np.empty(len(late), dtype=np.int8)
    generator = np.random.default_rng(0)
    for value in (False, True):
        stratum = np.flatnonzero(late == value)
        fold[generator.permutation(stratum)] = np.arange(len(stratum)) % N_FOLDS
    return fold[codes]


def usable_groups(labels: NDArray[np.int8], groups: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """The group of each row [rows]; None if too few groups have late rows, or have none: then rows count singly."""
    if groups is None:
        return None
    codes = np.unique(groups, return_inverse=True)[1]
    late = np.bincount(codes, weights=labels) > 0
    return codes if min(int(late.sum()), int((~late).sum())) >= MIN_CLASS_ROWS else None

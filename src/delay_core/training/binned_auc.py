"""A fast out-of-fold ROC-AUC of one column: the late rate in quantile bins of a number, or of each code."""

import numpy as np
from numpy.typing import NDArray

BINS = 64


def binned_auc(values: NDArray[np.float64], labels: NDArray[np.int8], fold: NDArray[np.int8]) -> float:
    """The ROC-AUC of the late rate of each row's bin over the other folds; missing values (NaN) have their own bin.

    `values`, `labels` of zeros and ones with both classes, and `fold` [rows], which numbers the folds from 0. Equal
    values are in the same bin, so that a number that is not monotone in the outcome counts as well.
    """
    present = ~np.isnan(values)
    ordered = np.sort(values[present])
    edges = np.unique(ordered[len(ordered) * np.arange(1, BINS) // BINS]) if len(ordered) else ordered
    bins = np.where(present, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    return coded_auc(bins, labels, fold)


def coded_auc(bins: NDArray[np.int64], labels: NDArray[np.int8], fold: NDArray[np.int8]) -> float:
    """The same for rows that are in bins already, which are numbered from 0 [rows]."""
    shape = (int(bins.max()) + 1, int(fold.max()) + 1)
    cell = bins * shape[1] + fold
    rows = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    late = np.bincount(cell, weights=labels, minlength=shape[0] * shape[1]).reshape(shape)
    other_rows, other_late = rows.sum(axis=1, keepdims=True) - rows, late.sum(axis=1, keepdims=True) - late
    rate = (other_late + labels.mean()) / (other_rows + 1)
    return _auc_of_cells(rate.ravel(), rows.ravel(), late.ravel().astype(np.float64))


def _auc_of_cells(score: NDArray[np.float64], rows: NDArray[np.int64], late: NDArray[np.float64]) -> float:
    """The ROC-AUC of cells of rows with the same score; ties count half."""
    _, rank = np.unique(score, return_inverse=True)
    late_by_rank = np.bincount(rank, weights=late)
    on_time_by_rank = np.bincount(rank, weights=rows - late)
    before = np.cumsum(on_time_by_rank) - on_time_by_rank
    pairs = (late_by_rank * (before + on_time_by_rank / 2)).sum()
    return float(pairs / (late_by_rank.sum() * on_time_by_rank.sum()))

"""How well one column alone tells late from on time, on rows that it has not learned from."""

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference.look import Look
from delay_core.schema_inference.profile import Counts

_FOLDS = 5
_BINS = 40
_LEAST = 10
_OF_THEMSELVES = 200


def out_of_fold_auc(look: Look, outcome: NDArray[np.float64]) -> float | None:
    """ROC-AUC of the late rate per value (per bin where there are many), each fold scored by the others.

    `outcome` [rows]: 1, 0, NaN. None where fewer than ten rows are late, or on time.
    """
    known = ~np.isnan(outcome)
    late = outcome[known] == 1
    if min(late.sum(), (~late).sum()) < _LEAST:
        return None
    codes = _bins(look)[known] + 1
    folds = np.arange(len(codes)) % _FOLDS
    cells = codes * _FOLDS + folds
    size = np.bincount(cells, minlength=(codes.max() + 1) * _FOLDS).reshape(-1, _FOLDS).astype(np.float64)
    hits = np.bincount(cells, late, minlength=size.size).reshape(-1, _FOLDS)
    rate = (hits.sum(1, keepdims=True) - hits + late.mean()) / (size.sum(1, keepdims=True) - size + 1)
    return _auc(rate[codes, folds], late)


def _bins(look: Look) -> Counts:
    """A number for each row's value, or for the bin that it lies in; -1 for none."""
    if look.kind == "text" or look.distinct <= _OF_THEMSELVES:
        return look.row_codes
    rows = look.row_numbers if look.numbers is not None else look.row_moments.astype(np.int64).astype(np.float64)
    present = look.row_codes >= 0
    edges = np.unique(np.quantile(rows[present], np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.where(present, np.searchsorted(edges, rows, side="right"), -1)


def _auc(scores: NDArray[np.float64], late: NDArray[np.bool_]) -> float:
    """The share of pairs, one late and one on time, in which the late one scores higher; ties count half."""
    _, place = np.unique(scores, return_inverse=True)
    of_late = np.bincount(place[late], minlength=place.max() + 1)
    of_others = np.bincount(place[~late], minlength=place.max() + 1)
    below = np.cumsum(of_others) - of_others
    return float((of_late * (below + of_others / 2)).sum() / (late.sum() * (~late).sum()))

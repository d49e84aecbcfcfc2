"""Leakage, by measurement: columns, alone or in pairs, that know the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.95
"""A lower bound of the out-of-fold ROC-AUC above this is a leak."""


@dataclass(frozen=True)
class Leak:
    """The columns that together know the answer, and how well (out-of-fold ROC-AUC and its lower 95 % bound)."""

    columns: tuple[str, ...]
    roc_auc: float
    low: float

    def __str__(self) -> str:
        who = f"column {self.columns[0]}" if len(self.columns) == 1 else f"columns {' and '.join(self.columns)} together"
        return f"{who} predict the label with an out-of-fold ROC-AUC of {self.roc_auc:.3f} (lower bound {self.low:.3f})"


def lower_bound(roc_auc: float, labels: NDArray[np.int8]) -> float:
    """The lower 95 % bound of an AUC, by the standard error of Hanley and McNeil (1982)."""
    late = int(labels.sum())
    on_time = len(labels) - late
    q1, q2 = roc_auc / (2 - roc_auc), 2 * roc_auc**2 / (1 + roc_auc)
    spread = roc_auc * (1 - roc_auc) + (late - 1) * (q1 - roc_auc**2) + (on_time - 1) * (q2 - roc_auc**2)
    return float(roc_auc - 1.96 * np.sqrt(max(spread, 0.0) / (late * on_time)))


def candidates(groups: Mapping[str, list[int]]) -> list[tuple[str, ...]]:
    """Every column alone, then every pair."""
    return [*((name,) for name in groups), *combinations(groups, 2)]

"""Leakage, by measurement: columns, alone or in pairs, that know the answer."""

from dataclasses import dataclass

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
        who = (
            f"column {self.columns[0]}" if len(self.columns) == 1 else f"columns {' and '.join(self.columns)} together"
        )
        return f"{who}: out-of-fold ROC-AUC {self.roc_auc:.3f} (lower bound {self.low:.3f})"


def lower_bound(roc_auc: float, labels: NDArray[np.int8]) -> float:
    """The lower 95 % bound of an AUC, by the standard error of Hanley and McNeil (1982).

    That error is 0 at an AUC of 1, however few the rows; half a wrong pair per row of the smaller class keeps it
    honest.
    """
    late = int(labels.sum())
    on_time = len(labels) - late
    auc = min(roc_auc, 1 - 0.5 / min(late, on_time))
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (late - 1) * (q1 - auc**2) + (on_time - 1) * (q2 - auc**2)
    return float(auc - 1.96 * np.sqrt(max(spread, 0.0) / (late * on_time)))

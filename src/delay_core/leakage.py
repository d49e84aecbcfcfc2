"""Leakage findings: how well columns, alone or in pairs, predict the label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_AUC_LOWER_BOUND = 0.95
"""A lower bound of the out-of-fold ROC-AUC above this is leakage."""


@dataclass(frozen=True)
class LeakageFinding:
    """One or two columns and their out-of-fold ROC-AUC with its lower 95 % bound."""

    columns: tuple[str, ...]
    roc_auc: float
    lower_bound: float

    @property
    def is_leak(self) -> bool:
        """Whether the lower bound exceeds `MAX_AUC_LOWER_BOUND`."""
        return self.lower_bound > MAX_AUC_LOWER_BOUND

    def __str__(self) -> str:
        names = (
            f"column {self.columns[0]}" if len(self.columns) == 1 else f"columns {' and '.join(self.columns)} together"
        )
        return f"{names}: out-of-fold ROC-AUC {self.roc_auc:.3f} (lower bound {self.lower_bound:.3f})"


def auc_lower_bound(roc_auc: float, labels: NDArray[np.int8]) -> float:
    """The lower 95 % bound of an AUC on labels [rows], by the standard error of Hanley and McNeil (1982).

    That standard error is 0 at an AUC of 1, however few the rows. The AUC is therefore limited to at most half a wrong
    pair per row of the smaller class.
    """
    late = int(labels.sum())
    on_time = len(labels) - late
    auc = min(roc_auc, 1 - 0.5 / min(late, on_time))
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (late - 1) * (q1 - auc**2) + (on_time - 1) * (q2 - auc**2)
    return float(auc - 1.96 * np.sqrt(max(variance, 0.0) / (late * on_time)))

"""Leakage findings: how well columns, alone or in pairs, predict the label."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the settings of the gate have a limit from here, and need no numpy
    import numpy as np
    from numpy.typing import NDArray

MAX_AUC_LOWER_BOUND = 0.95
"""A lower bound of the out-of-fold ROC-AUC above this is leakage."""
MAX_AUC = 1 - 1e-9
"""A higher one is infinitely far from one half."""


@dataclass(frozen=True)
class LeakageFinding:
    """Columns and their out-of-fold ROC-AUC with its lower 95 % bound.

    `operation` is the formula that was measured, None where a tree read one or two columns. `question` is what a user
    has to decide where the formula is suspiciously good.
    """

    columns: tuple[str, ...]
    roc_auc: float
    lower_bound: float
    operation: str | None = None
    question: str | None = None

    @property
    def is_leak(self) -> bool:
        """Whether the lower bound exceeds `MAX_AUC_LOWER_BOUND`."""
        return self.lower_bound > MAX_AUC_LOWER_BOUND

    def __str__(self) -> str:
        if self.operation is not None:
            subject = self.operation
        elif len(self.columns) == 1:
            subject = f"column {self.columns[0]}"
        else:
            subject = f"columns {' and '.join(self.columns)} together"
        return f"{subject}: out-of-fold ROC-AUC {self.roc_auc:.3f} (lower bound {self.lower_bound:.3f})"


def describe_leaks(leaks: Iterable[LeakageFinding]) -> str:
    """The leaks, and what to do about them."""
    return (
        f"{'; '.join(map(str, leaks))}. Are these columns known before the outcome? Declare when they are available "
        "(available_at), or record why they may be used (leakage_override)"
    )


def auc_lower_bound(roc_auc: float, labels: "NDArray[np.int8]", comparisons: int = 1) -> float:
    """The lower 95 % bound of an AUC on labels [rows], by the standard error of Hanley and McNeil (1982).

    With several comparisons, of which the best count, the level is divided by their number (Bonferroni).

    That standard error is 0 at an AUC of 1, however few the rows. The AUC is therefore limited to at most half a wrong
    pair per row of the smaller class.
    """
    late = int(labels.sum())
    on_time = len(labels) - late
    auc = min(roc_auc, 1 - 0.5 / min(late, on_time))
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (late - 1) * (q1 - auc**2) + (on_time - 1) * (q2 - auc**2)
    quantile = NormalDist().inv_cdf(1 - 0.025 / comparisons)
    return float(auc - quantile * sqrt(max(variance, 0.0) / (late * on_time)))


def independent_auc(roc_aucs: Iterable[float]) -> float:
    """The AUC of the best combination of scores that are normal and independent in each class; 0.5 without scores.

    Squared distances between the classes add up. An AUC below 0.5 counts as 0.5.
    """
    normal = NormalDist()
    distances = [normal.inv_cdf(min(max(roc_auc, 0.5), MAX_AUC)) for roc_auc in roc_aucs]
    return normal.cdf(sqrt(sum(distance**2 for distance in distances)))

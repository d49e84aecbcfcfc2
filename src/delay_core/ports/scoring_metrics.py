"""How good probabilities are, in figures that the field agrees on."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Scores(NamedTuple):
    """The five figures, in the order of `FIGURES`; no units. ece: ten bins of equal counts."""

    roc_auc: float
    pr_auc: float
    brier: float
    log_loss: float
    ece: float


class ScoringMetrics(Protocol):
    """Scores probabilities against what happened."""

    def score(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Scores:
        """Figures for labels [rows] of zeros and ones, both present, and probabilities [rows]."""
        ...

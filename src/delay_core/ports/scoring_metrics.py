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


class Resampler(Protocol):
    """Scores resamples of the same rows; what does not change between them was done once."""

    def __call__(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Figures [resamples, 5] for counts [resamples, rows]: how often each row was drawn, 0 or more.

        Each is what `score` says of the rows repeated so often, to 1e-12. Both classes must be among those drawn.
        """
        ...


class ScoringMetrics(Protocol):
    """Scores probabilities against what happened."""

    def score(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Scores:
        """Figures for labels [rows] of zeros and ones, both present, and probabilities [rows]."""
        ...

    def resampler(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Resampler:
        """What scores resamples of these rows, for labels and probabilities as `score` takes them."""
        ...

    def log_losses(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log-loss of every row [rows], in nats, of which `score` tells the mean; one class alone will do."""
        ...

    def bins(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """The bin of each row [rows], 0 to 9, that the calibration error puts it into."""
        ...

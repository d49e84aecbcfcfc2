"""The five figures in numpy: scikit-learn's values to 1e-12, at a fraction of its cost (a bootstrap asks thousands)."""

import numpy as np
from numpy.typing import NDArray

from adapters.model.ranking import middle_bins, ranking, ties
from adapters.model.resampling import Resampler
from delay_core.ports import scoring_metrics as port
from delay_core.ports.scoring_metrics import Scores

_NEAR_ZERO = float(np.finfo(np.float64).eps)
"""Where scikit-learn clips before it takes the logarithm."""


class ScoringMetrics(port.ScoringMetrics):
    """ROC-AUC, average precision, Brier score, log-loss (nats) and expected calibration error."""

    def score(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Scores:
        ranked = ranking(labels, probabilities)
        return Scores(
            roc_auc=ranked.roc_auc(),
            pr_auc=ranked.pr_auc(),
            brier=float(((probabilities - labels) ** 2).mean()),
            log_loss=float(self.log_losses(labels, probabilities).mean()),
            ece=ranked.ece(),
        )

    def resampler(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Resampler:
        return Resampler(labels, probabilities, self.log_losses(labels, probabilities))

    def log_losses(self, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        of_what_happened = np.where(labels == 1, probabilities, 1 - probabilities)
        return np.asarray(-np.log(np.clip(of_what_happened, _NEAR_ZERO, 1 - _NEAR_ZERO)))

    def bins(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        order = np.argsort(probabilities)
        start, end = ties(probabilities[order])
        found = np.empty(len(order), dtype=np.int64)
        found[order] = np.repeat(middle_bins(start, end), end - start)
        return found

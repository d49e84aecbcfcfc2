"""The five figures straight from their definitions, in quadratic time."""

from math import log

import numpy as np

from delay_core.ports import scoring_metrics as port
from delay_core.ports.scoring_metrics import Scores


class ScoringMetrics(port.ScoringMetrics):
    def score(self, labels, probabilities):
        late, on_time = probabilities[labels == 1], probabilities[labels == 0]
        pairs = np.sign(late[:, None] - on_time[None, :])
        flagged = probabilities[None, :] >= late[:, None]
        gaps = labels - probabilities
        precisions = (flagged & (labels == 1)).sum(axis=1) / flagged.sum(axis=1)
        return Scores(
            roc_auc=float((pairs.mean() + 1) / 2),
            pr_auc=float(precisions.mean()),
            brier=float(np.mean((labels - probabilities) ** 2)),
            log_loss=sum(self.log_losses(labels, probabilities).tolist()) / len(labels),
            ece=float(sum(abs(gaps[self.bins(probabilities) == k].sum()) for k in range(10)) / len(labels)),
        )

    def resampler(self, labels, probabilities):
        def scored(counts):
            drawn = [np.repeat(np.arange(len(labels)), often) for often in counts]
            return np.array([self.score(labels[rows], probabilities[rows]) for rows in drawn])

        return scored

    def log_losses(self, labels, probabilities):
        tiny = np.finfo(float).eps
        chances = [p if y else 1 - p for y, p in zip(labels.tolist(), probabilities.tolist(), strict=True)]
        return np.array([-log(min(max(chance, tiny), 1 - tiny)) for chance in chances])

    def bins(self, probabilities):
        below = (probabilities[None, :] < probabilities[:, None]).sum(axis=1)
        equal = (probabilities[None, :] == probabilities[:, None]).sum(axis=1)
        return (2 * below + equal) * 10 // (2 * len(probabilities))

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
        precisions = (flagged & (labels == 1)).sum(axis=1) / flagged.sum(axis=1)
        tiny = np.finfo(float).eps
        chances = [p if y else 1 - p for y, p in zip(labels.tolist(), probabilities.tolist(), strict=True)]
        return Scores(
            roc_auc=float((pairs.mean() + 1) / 2),
            pr_auc=float(precisions.mean()),
            brier=float(np.mean((labels - probabilities) ** 2)),
            log_loss=-sum(log(min(max(chance, tiny), 1 - tiny)) for chance in chances) / len(chances),
            ece=_ece(labels, probabilities),
        )


def _ece(labels, probabilities):
    bins = {}
    for label, probability in zip(labels.tolist(), probabilities.tolist(), strict=True):
        below, equal = int((probabilities < probability).sum()), int((probabilities == probability).sum())
        bins.setdefault((2 * below + equal) * 10 // (2 * len(labels)), []).append(label - probability)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(labels)

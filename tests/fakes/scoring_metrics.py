"""The five figures straight from their definitions: every row is compared with every other, in quadratic time."""

from math import log

import numpy as np

from delay_core.ports import scoring_metrics as port
from delay_core.ports.scoring_metrics import Scores


class Resampler(port.Resampler):
    """Counts of pairs are whole numbers below 2^53: exact as floats, whatever the order of a sum."""

    def __init__(self, labels, probabilities, log_losses):
        self._labels, self._probabilities, self._log_losses = labels, probabilities, log_losses
        self._below = (probabilities[:, None] < probabilities[None, :]).astype(float)  # [rows, rows]: one below other
        self._equal = (probabilities[:, None] == probabilities[None, :]).astype(float)

    def __call__(self, counts):
        late = counts * self._labels
        rows, all_late = counts.sum(axis=1), late.sum(axis=1)
        below, equal, late_below = counts @ self._below, counts @ self._equal, late @ self._below
        on_time_beaten = below - late_below + (equal - late @ self._equal) / 2
        precision = (all_late[:, None] - late_below) / np.maximum(rows[:, None] - below, 1)
        gaps = counts * (self._labels - self._probabilities)
        bins = (2 * below + equal) * 10 // (2 * rows[:, None])
        figures = (
            (late * on_time_beaten).sum(axis=1) / (all_late * (rows - all_late)),
            (late * precision).sum(axis=1) / all_late,
            (counts * (self._labels - self._probabilities) ** 2).sum(axis=1) / rows,
            (counts * self._log_losses).sum(axis=1) / rows,
            sum(abs(np.where(bins == k, gaps, 0).sum(axis=1)) for k in range(10)) / rows,
        )
        return np.column_stack(figures)


class ScoringMetrics(port.ScoringMetrics):
    def score(self, labels, probabilities):
        once = np.ones((1, len(labels)), dtype=np.int64)
        return Scores(*self.resampler(labels, probabilities)(once)[0].tolist())

    def resampler(self, labels, probabilities):
        return Resampler(labels, probabilities, self.log_losses(labels, probabilities))

    def log_losses(self, labels, probabilities):
        tiny = np.finfo(float).eps
        chances = [p if y else 1 - p for y, p in zip(labels.tolist(), probabilities.tolist(), strict=True)]
        return np.array([-log(min(max(chance, tiny), 1 - tiny)) for chance in chances])

    def bins(self, probabilities):
        below = (probabilities[None, :] < probabilities[:, None]).sum(axis=1)
        equal = (probabilities[None, :] == probabilities[:, None]).sum(axis=1)
        return (2 * below + equal) * 10 // (2 * len(probabilities))

"""Metrics of rows of which some labels are only known as probabilities.

A metric is computed for labels that are drawn from these probabilities, again and again, by the code that training
uses. A row without a label takes part as two rows, a late one and a punctual one, of which each draw takes one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import BootstrapScorer, Metric, bootstrap_counts
from delay_core.monitoring.performance.outcome_model import OutcomePrediction

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SYSTEMATIC_DRAWS = 16
"""Draws for a figure itself: over all of them, each row is late as often as its probability says."""


@dataclass(frozen=True)
class PartlyLabeledRows:
    """Served probabilities [rows] and groups [rows]; labels [rows], which count where `labeled` [rows].

    `prediction` has the probabilities of the rows without a label, in their order; None if there are none.
    `dependence` is the correlation of the labels of a group.
    """

    probability: Floats
    group: Integers
    late: NDArray[np.int8]
    labeled: NDArray[np.bool_]
    prediction: OutcomePrediction | None = None
    dependence: float = 0.0

    @property
    def expected_late(self) -> float:
        """The expected number of late rows."""
        unlabeled = 0.0 if self.prediction is None else float(self.prediction.probability.sum())
        return float(self.late[self.labeled].sum()) + unlabeled


class LabelDraws:
    """The metrics of rows, and their distribution over draws of labels."""

    def __init__(self, rows: PartlyLabeledRows, metrics: Sequence[Metric]) -> None:
        self._rows, self._metrics = rows, metrics
        self._unlabeled = np.flatnonzero(~rows.labeled)
        late_copies = np.where(rows.labeled, rows.late, 1)
        self._labels = np.concatenate([late_copies, np.zeros(len(self._unlabeled))]).astype(np.int8)
        self._probability = np.concatenate([rows.probability, rows.probability[self._unlabeled]])

    def values(self) -> Mapping[str, float]:
        """Each metric of all rows, by name: its mean over systematic draws, along the served probability."""
        scorer = BootstrapScorer(self._labels, self._probability, self._metrics)
        if self._rows.prediction is None:
            return scorer.values()
        order = np.argsort(self._rows.probability[self._unlabeled], kind="stable")
        up_to = np.concatenate([[0], np.cumsum(self._rows.prediction.probability[order])])
        offsets = (np.arange(SYSTEMATIC_DRAWS) + 0.5) / SYSTEMATIC_DRAWS
        late = np.empty((SYSTEMATIC_DRAWS, len(order)), dtype=np.int64)
        late[:, order] = np.diff(np.floor(up_to + offsets[:, None]), axis=1)
        scorer.add(self._counts(np.ones((SYSTEMATIC_DRAWS, len(self._rows.late)), dtype=np.int64), late))
        return {name: float(values.mean()) for name, values in scorer.resampled().items()}

    def resampled(self, seed: int, *, bootstrap: bool) -> Mapping[str, Floats]:
        """Each metric [draws], by name; a bootstrap draws groups of rows, too, not their labels alone.

        A metric of ranking is NaN for draws that have one class only.
        """
        generator = np.random.default_rng([seed, 1])
        scorer = BootstrapScorer(self._labels, self._probability, self._metrics)
        one_class = np.zeros(len(self._rows.late), dtype=np.int8)  # no resample is repeated because of its classes
        for block in bootstrap_counts(one_class, self._rows.group, seed):
            counts = block if bootstrap else np.ones_like(block)
            with np.errstate(invalid="ignore"):
                scorer.add(self._counts(counts, self._draw_labels(generator, len(counts))))
        return scorer.resampled()

    def _draw_labels(self, generator: np.random.Generator, draws: int) -> Integers:
        """Labels [draws, rows without one]."""
        prediction = self._rows.prediction
        if prediction is None:
            return np.empty((draws, 0), dtype=np.int64)
        uniform = generator.random((draws, len(self._unlabeled)))
        if self._rows.dependence > 0:
            groups, index = np.unique(self._rows.group[self._unlabeled], return_inverse=True)
            shared = generator.random((draws, len(groups)))[:, index]
            uniform = np.where(generator.random(uniform.shape) < np.sqrt(self._rows.dependence), shared, uniform)
        return (uniform < prediction.draw(generator, draws)).astype(np.int64)

    def _counts(self, counts: Integers, late: Integers) -> Integers:
        """How often each row of the scorer is drawn [draws, rows], by the labels [draws, rows without one]."""
        unlabeled = counts[:, self._unlabeled]
        late_copies = counts.copy()
        late_copies[:, self._unlabeled] = unlabeled * late
        return np.concatenate([late_copies, unlabeled * (1 - late)], axis=1)

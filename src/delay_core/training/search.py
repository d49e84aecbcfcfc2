"""The search: each family's best parameters, found on the training part alone and in its own time order."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import ModelTrainer, Parameters
from delay_core.ports.progress import Progress
from delay_core.ports.scoring_metrics import ScoringMetrics

FIT_SHARE = 0.8
"""The first part of the training rows learns, the rest chooses."""


@dataclass(frozen=True)
class TrainingRows:
    """Rows in time order: features [rows, features], labels [rows], times [rows] (prediction points, UTC), and since
    when each outcome is known [rows] (UTC).
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    times: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]

    def __getitem__(self, rows: NDArray[np.bool_] | slice) -> "TrainingRows":
        return TrainingRows(self.features[rows], self.labels[rows], self.times[rows], self.known_at[rows])

    @property
    def has_both_classes(self) -> bool:
        """Whether late and on-time shipments are both among them."""
        return 0 < int(self.labels.sum()) < len(self.labels)


def search(
    trainer: ModelTrainer,
    metrics: ScoringMetrics,
    rows: TrainingRows,
    seed: int,
    progress: Progress,
) -> Mapping[str, Parameters]:
    """Family → parameters with the lowest log-loss on the latest fifth of `rows`.

    What learns was known when that fifth began. Where one side holds one class only, the first parameters are taken.
    """
    candidates = trainer.candidates()
    cut = rows.times[int(len(rows.times) * FIT_SHARE)]
    earlier, later = rows[rows.known_at <= cut], rows[rows.times >= cut]
    if not (earlier.has_both_classes and later.has_both_classes):
        return {family: choices[0] for family, choices in candidates.items()}
    progress.step("Searching parameters", sum(map(len, candidates.values())))
    best: dict[str, Parameters] = {}
    for family, choices in candidates.items():
        losses = []
        for parameters in choices:
            model = trainer.fit(family, parameters, earlier.features, earlier.labels, seed)
            losses.append(metrics.score(later.labels, model.late_probability(later.features)).log_loss)
            progress.advance()
        best[family] = choices[int(np.argmin(losses))]
    return best

"""Bootstrap intervals from shared resamples, so that differences between models are paired."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.comparison.draws import draws, interval
from delay_core.errors import TrainingRefused
from delay_core.evaluation import FIGURES, Estimate, MetricEstimates
from delay_core.ports.scoring_metrics import ScoringMetrics


@dataclass(frozen=True)
class Comparison:
    """Figures by model, and each model's log-loss in every shared resample."""

    figures: Mapping[str, MetricEstimates]
    log_losses: Mapping[str, NDArray[np.float64]]

    def gain(self, challenger: str, other: str) -> Estimate:
        """How much lower the challenger's log-loss is than the other's, paired, with its interval."""
        value = self.figures[other].log_loss.value - self.figures[challenger].log_loss.value
        return interval(value, self.log_losses[other] - self.log_losses[challenger])


def compare(
    metrics: ScoringMetrics,
    labels: NDArray[np.int8],
    predictions: Mapping[str, NDArray[np.float64]],
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> Comparison:
    """Score every model's probabilities [rows] on the same labels and the same resamples of them.

    `groups` [rows] are codes of rows that depend on each other: whole groups are drawn then, and intervals are as wide
    as that makes them. Raises TrainingRefused when the rows hold one class only.
    """
    if not 0 < labels.sum() < len(labels):
        raise TrainingRefused("the evaluated rows hold one class only; late and on-time shipments are both needed")
    resamplers = {name: metrics.resampler(labels, probabilities) for name, probabilities in predictions.items()}
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in predictions}
    for counts in draws(labels, groups, seed):
        for name, resampled in resamplers.items():
            parts[name].append(resampled(counts))
    drawn = {name: np.concatenate(part) for name, part in parts.items()}
    figures = {
        name: figures_of(metrics, labels, probabilities, drawn[name]) for name, probabilities in predictions.items()
    }
    return Comparison(figures, {name: part[:, FIGURES.index("log_loss")] for name, part in drawn.items()})


def figures_of(
    metrics: ScoringMetrics,
    labels: NDArray[np.int8],
    probabilities: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> MetricEstimates:
    """The five figures of these rows, with the intervals of what was drawn [resamples, 5]."""
    whole = metrics.score(labels, probabilities)
    return MetricEstimates(**{name: interval(getattr(whole, name), drawn[:, i]) for i, name in enumerate(FIGURES)})

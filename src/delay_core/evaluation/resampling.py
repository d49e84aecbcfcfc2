"""Bootstrap intervals; resamples are shared, so that differences between models are paired."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.evaluation.figures import FIGURES, Figure, Figures

from delay_core.ports.scoring_metrics import ScoringMetrics

RESAMPLES = 300


@dataclass(frozen=True)
class Comparison:
    """Figures by model, and each model's log-loss in every shared resample."""

    figures: Mapping[str, Figures]
    log_losses: Mapping[str, NDArray[np.float64]]

    def gain(self, challenger: str, other: str) -> Figure:
        """How much lower the challenger's log-loss is than the other's, paired, with its interval."""
        paired = self.log_losses[other] - self.log_losses[challenger]
        value = self.figures[other].log_loss.value - self.figures[challenger].log_loss.value
        return _figure(value, paired)


def evaluate(
    metrics: ScoringMetrics, labels: NDArray[np.int8], predictions: Mapping[str, NDArray[np.float64]], seed: int
) -> Comparison:
    """Score every model's probabilities [rows] on the same labels and the same resamples of them."""
    generator = np.random.default_rng(seed)
    samples = _resamples(labels, generator)
    figures, losses = {}, {}
    for name, probabilities in predictions.items():
        whole = metrics.score(labels, probabilities)
        parts = [metrics.score(labels[rows], probabilities[rows]) for rows in samples]
        drawn = {figure: np.array([getattr(part, figure) for part in parts]) for figure in FIGURES}
        figures[name] = Figures(**{figure: _figure(getattr(whole, figure), drawn[figure]) for figure in FIGURES})
        losses[name] = drawn["log_loss"]
    return Comparison(figures, losses)


def _resamples(labels: NDArray[np.int8], generator: np.random.Generator) -> list[NDArray[np.int64]]:
    if not 0 < labels.sum() < len(labels):
        raise TrainingRefused("the evaluated rows hold one class only; late and on-time shipments are both needed")
    samples: list[NDArray[np.int64]] = []
    while len(samples) < RESAMPLES:
        rows = generator.integers(0, len(labels), len(labels))
        if 0 < labels[rows].sum() < len(rows):
            samples.append(rows)
    return samples


def _figure(value: float, drawn: NDArray[np.float64]) -> Figure:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value=round(value, 6), low=round(float(low), 6), high=round(float(high), 6))

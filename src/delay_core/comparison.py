"""Models compared on the same rows: bootstrap intervals from shared resamples, so that differences are paired."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.errors import TrainingRefused
from delay_core.evaluation import FIGURES, Figure, Figures
from delay_core.ports.scoring_metrics import ScoringMetrics

RESAMPLES = 300


@dataclass(frozen=True)
class Comparison:
    """Figures by model, and each model's log-loss in every shared resample."""

    figures: Mapping[str, Figures]
    log_losses: Mapping[str, NDArray[np.float64]]

    def gain(self, challenger: str, other: str) -> Figure:
        """How much lower the challenger's log-loss is than the other's, paired, with its interval."""
        value = self.figures[other].log_loss.value - self.figures[challenger].log_loss.value
        return _figure(value, self.log_losses[other] - self.log_losses[challenger])


def compare(
    metrics: ScoringMetrics, labels: NDArray[np.int8], predictions: Mapping[str, NDArray[np.float64]], seed: int
) -> Comparison:
    """Score every model's probabilities [rows] on the same labels and the same resamples of them.

    Raises TrainingRefused when the rows hold one class only.
    """
    samples = _resamples(labels, np.random.default_rng(seed))
    figures, losses = {}, {}
    for name, probabilities in predictions.items():
        whole = metrics.score(labels, probabilities)
        drawn = np.array([metrics.score(labels[rows], probabilities[rows]) for rows in samples])
        figures[name] = Figures(**{f: _figure(getattr(whole, f), drawn[:, i]) for i, f in enumerate(FIGURES)})
        losses[name] = drawn[:, FIGURES.index("log_loss")]
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

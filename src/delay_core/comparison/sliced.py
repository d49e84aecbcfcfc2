"""Two models compared slice by slice: a good figure over all rows hides the ones that a model serves badly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.comparison.draws import draws, interval
from delay_core.comparison.paired import figures_of
from delay_core.evaluation import Estimate, MetricEstimates
from delay_core.evaluation.slices import slices_of
from delay_core.ports.scoring_metrics import ScoringMetrics
from delay_core.reports import SliceResult

_Z = 1.96


def compare_slices(  # noqa: PLR0913 - rows, two models and what compares them, each under its own name
    metrics: ScoringMetrics,
    columns: Mapping[str, NDArray[Any]],
    labels: NDArray[np.int8],
    model: NDArray[np.float64],
    other: NDArray[np.float64],
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
) -> tuple[SliceResult, ...]:
    """Every slice by these canonical columns [rows], with the model's figures and its gain over the other.

    The other is the baseline, or the champion: `gain_over_baseline` is the gain over whichever it is. Labels [rows],
    probabilities of either [rows], codes of groups whose rows depend on each other [rows].
    """
    slices = []
    for column, value, at in slices_of(columns, groups):
        rows = _Rows(labels[at], model[at], other[at], None if groups is None else groups[at])
        figures, gain = _measured(metrics, rows, seed)
        slices.append(
            SliceResult(
                column=column,
                value=value,
                rows=len(at),
                late=int(rows.labels.sum()),
                mean_probability=round(float(rows.model.mean()), 6),
                figures=figures,
                gain_over_baseline=gain,
            )
        )
    return tuple(slices)


@dataclass(frozen=True)
class _Rows:
    """The rows of one slice; arrays [rows]."""

    labels: NDArray[np.int8]
    model: NDArray[np.float64]
    other: NDArray[np.float64]
    groups: NDArray[np.int64] | None


def _measured(metrics: ScoringMetrics, rows: _Rows, seed: int) -> tuple[MetricEstimates | None, Estimate]:
    """Figures where both classes are there, and the gain."""
    gains = _gains(metrics, rows, rows.labels)
    both = 0 < int(rows.labels.sum()) < len(rows.labels)
    resampled = metrics.resampler(rows.labels, rows.model) if both else None
    scores, means = [], []
    for counts in draws(rows.labels, rows.groups, seed):
        means.append(np.einsum("ij,j->i", counts, gains) / counts.sum(axis=1))
        if resampled is not None:
            scores.append(resampled(counts))
    gain = _as_wide_as_chance(interval(float(gains.mean()), np.concatenate(means)), _chance(metrics, rows))
    return figures_of(metrics, rows.labels, rows.model, np.concatenate(scores)) if scores else None, gain


def _gains(metrics: ScoringMetrics, rows: _Rows, labels: NDArray[np.int8]) -> NDArray[np.float64]:
    return metrics.log_losses(labels, rows.other) - metrics.log_losses(labels, rows.model)


def _chance(metrics: ScoringMetrics, rows: _Rows) -> float:
    """The standard error that chance alone gives the mean gain, were either model right: the larger one, row by row.

    Fifty punctual shipments, resampled, never show a late one, and would be sure of a loss that one refutes.
    """
    late = np.ones_like(rows.labels)
    turn = _gains(metrics, rows, late) - _gains(metrics, rows, 1 - late)
    spread = np.maximum(rows.model * (1 - rows.model), rows.other * (1 - rows.other))
    return float(np.sqrt((spread * turn**2).sum())) / len(turn)


def _as_wide_as_chance(gain: Estimate, error: float) -> Estimate:
    low, high = min(gain.low, gain.value - _Z * error), max(gain.high, gain.value + _Z * error)
    return Estimate(value=gain.value, low=round(low, 6), high=round(high, 6))

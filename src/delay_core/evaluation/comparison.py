"""Models scored on the same rows and the same resamples of them, so that differences between models are paired."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, RootModel

from delay_core.errors import TrainingRefused
from delay_core.evaluation.bootstrap import bootstrap_counts
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.intervals import percentile_estimate
from delay_core.evaluation.metrics import LOG_LOSS, METRICS, Metric
from delay_core.evaluation.ranked_rows import Floats, RankedRows


class MetricEstimates(RootModel[dict[str, Estimate]]):
    """The estimates of one model on one set of rows, by the name of the metric; in JSON an object.

    Reports that were stored before a metric existed do not have it.
    """

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, metric: str) -> Estimate:
        """The estimate of the metric of this name. Raises KeyError."""
        return self.root[metric]

    def cells(self, metrics: Iterable[Metric] = METRICS) -> Iterator[Estimate | None]:
        """The estimates in the order of the metrics, as tables show them; None where a stored report lacks one."""
        return (self.root.get(metric.name) for metric in metrics)

    def flatten(self, prefix: str) -> dict[str, float]:
        """`prefix.roc_auc`, `prefix.roc_auc.low`, `prefix.roc_auc.high` and so on, for an experiment tracker."""
        flat: dict[str, float] = {}
        for name, estimate in self.root.items():
            flat |= {f"{prefix}.{name}": estimate.value}
            flat |= {f"{prefix}.{name}.low": estimate.low, f"{prefix}.{name}.high": estimate.high}
        return flat


class BootstrapScorer:
    """One model's metrics on all rows, and on each of their resamples, which are added block by block."""

    def __init__(self, labels: NDArray[np.int8], probabilities: Floats, metrics: Sequence[Metric] = METRICS) -> None:
        """Labels [rows] with both classes, probabilities [rows]; they are sorted once for all resamples."""
        self._ranked, self._metrics = RankedRows(labels, probabilities), metrics
        self._scorers = {metric.name: metric.resampled(self._ranked) for metric in metrics}
        self._blocks: dict[str, list[Floats]] = {metric.name: [] for metric in metrics}

    def add(self, counts: NDArray[np.int64]) -> None:
        """Score resamples from counts [resamples, rows] that each draw both classes."""
        resampled = self._ranked.resample(counts)
        for name, scorer in self._scorers.items():
            self._blocks[name].append(scorer(resampled))

    def resampled(self) -> dict[str, Floats]:
        """Each metric of each resample added so far [resamples], by name."""
        return {name: np.concatenate(blocks) for name, blocks in self._blocks.items()}

    def values(self) -> dict[str, float]:
        """Each metric of all rows, by name."""
        return {metric.name: metric.value(self._ranked) for metric in self._metrics}

    def estimates(self) -> MetricEstimates:
        """Each metric of all rows, with the interval from the resamples added so far."""
        resampled = self.resampled()
        return MetricEstimates(
            {name: percentile_estimate(value, resampled[name]) for name, value in self.values().items()}
        )


@dataclass(frozen=True)
class Comparison:
    """Estimates by model; and by model and metric the value in each of the shared resamples [resamples]."""

    estimates: Mapping[str, MetricEstimates]
    resampled: Mapping[str, Mapping[str, Floats]]

    def gain(self, model: str, other: str, metric: Metric = LOG_LOSS) -> Estimate:
        """How much better the model is than the other, paired: above 0 where it is better."""
        value = self.estimates[other][metric.name].value - self.estimates[model][metric.name].value
        resampled = self.resampled[other][metric.name] - self.resampled[model][metric.name]
        if metric.direction == "higher":
            value, resampled = -value, -resampled
        return percentile_estimate(value, resampled)


def compare(
    labels: NDArray[np.int8],
    predictions: Mapping[str, Floats],
    seed: int,
    *,
    groups: NDArray[np.int64] | None = None,
    metrics: Sequence[Metric] = METRICS,
) -> Comparison:
    """Score every model's probabilities [rows] on the same labels [rows] and the same resamples of them.

    `groups` [rows] are codes of rows that depend on each other: resamples draw whole groups, so intervals are as wide
    as the dependence makes them. Raises TrainingRefused when the rows hold one class only.
    """
    if not 0 < labels.sum() < len(labels):
        raise TrainingRefused("the evaluated rows hold one class only; late and on-time shipments are both needed")
    scorers = {model: BootstrapScorer(labels, probabilities, metrics) for model, probabilities in predictions.items()}
    for counts in bootstrap_counts(labels, groups, seed):
        for scorer in scorers.values():
            scorer.add(counts)
    return Comparison(
        {model: scorer.estimates() for model, scorer in scorers.items()},
        {model: scorer.resampled() for model, scorer in scorers.items()},
    )

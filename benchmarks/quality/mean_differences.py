"""Means of paired differences between models over several comparisons, each of which has rows of its own."""

from collections.abc import Sequence

import numpy as np

from delay_core.evaluation import Comparison, percentile_estimate
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.metrics import Metric


def mean_value(comparisons: Sequence[Comparison], model: str, metric: Metric) -> Estimate:
    """The mean of a model's metric over the comparisons; they are resampled independently of each other."""
    name = metric.name
    resampled = np.mean([comparison.resampled[model][name] for comparison in comparisons], axis=0)
    return percentile_estimate(float(np.mean([c.estimates[model][name].value for c in comparisons])), resampled)


def mean_difference(comparisons: Sequence[Comparison], model: str, other: str, metric: Metric) -> Estimate:
    """The mean of a model's metric minus that of the other one, on the same rows and resamples."""
    name = metric.name
    values = [c.estimates[model][name].value - c.estimates[other][name].value for c in comparisons]
    resampled = [c.resampled[model][name] - c.resampled[other][name] for c in comparisons]
    return percentile_estimate(float(np.mean(values)), np.mean(resampled, axis=0))


def format_difference(difference: Estimate) -> str:
    """`+0.003 [-0.001, +0.006]`."""
    return f"{difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"

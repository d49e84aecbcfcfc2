"""From contributions of features to points of the calibrated probability, by column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.explainer import Contributions, Scale
from delay_core.reports import Importance

Floats = NDArray[np.float64]
Calibrate = Callable[[Floats], Floats]
"""The monotone map [rows] → [rows] from the model's raw probabilities to the calibrated ones."""


@dataclass(frozen=True)
class PointAttributions:
    """How many points each source, a column or a derived feature, adds to each row's probability.

    `base` is the probability, 0 to 1, without any source; `points` [rows, sources] are percentage points. `base` and a
    hundredth of a row's points sum to the row's probability.
    """

    sources: tuple[str, ...]
    base: float
    points: Floats


def explain(
    contributions: Contributions, sources: Mapping[str, Sequence[int]], calibrate: Calibrate, probabilities: Floats
) -> PointAttributions:
    """Points by source. `sources` maps each source to the indices of its features, as `FeatureEncoder.sources` does.

    `probabilities` [rows] are the calibrated ones of the answer. The points sum to them exactly, even if a calibration
    map with steps gives another value for a score that differs in its last bits.

    The sources of a row form two sides: those that raise the probability and those that lower it. The effect of a side
    is the mean of its effect alone and its effect after the other side (its Shapley value); it is distributed among its
    sources in proportion to their contributions. So each point has the sign of its contribution and is bounded, even if
    the map is steep, flat or in steps. If the map is linear between the scores, equal contributions get equal points.
    """
    by_source = np.stack([contributions.values[:, indices].sum(axis=1) for indices in sources.values()], axis=1)
    up, down = np.maximum(by_source, 0), np.maximum(-by_source, 0)
    upwards, downwards = up.sum(axis=1), down.sum(axis=1)

    def calibrated(shift: Floats) -> Floats:
        return calibrate(_probability(contributions.base + shift, contributions.scale))

    [base] = calibrated(np.zeros(1))
    highest = np.maximum(calibrated(upwards), probabilities)
    lowest = np.minimum(calibrated(-downwards), probabilities)
    rise = ((highest - base) + (probabilities - lowest)) / 2
    fall = ((base - lowest) + (highest - probabilities)) / 2
    # A side without sources has no effect: a rounding error that is left to it belongs to the other side.
    rise, fall = (
        np.where(upwards == 0, 0, np.where(downwards == 0, probabilities - base, rise)),
        np.where(downwards == 0, 0, np.where(upwards == 0, base - probabilities, fall)),
    )
    points = _distribute(rise, up, upwards) - _distribute(fall, down, downwards)
    return PointAttributions(tuple(sources), float(base), 100 * points)


def importances(attributions: PointAttributions) -> tuple[Importance, ...]:
    """The mean absolute points of each source; the largest first."""
    means = np.abs(attributions.points).mean(axis=0)
    by_source = zip(attributions.sources, means, strict=True)
    unsorted = (Importance(source=name, points=float(mean)) for name, mean in by_source)
    return tuple(sorted(unsorted, key=lambda importance: (-importance.points, importance.source)))


def _distribute(effect: Floats, contributions: Floats, total: Floats) -> Floats:
    """The effect of a side [rows] on its sources [rows, sources], in proportion to their contributions."""
    shares: Floats = contributions * (effect / np.where(total == 0, 1, total))[:, None]
    return shares


def _probability(scores: Floats, scale: Scale) -> Floats:
    if scale == "probability":
        return np.clip(scores, 0, 1)
    with np.errstate(over="ignore"):  # the result is 0 then
        probabilities: Floats = 1 / (1 + np.exp(-scores))
    return probabilities

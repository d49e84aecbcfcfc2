"""From contributions of features to points of the calibrated probability, by column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.explainer import Contributions, Scale
from delay_core.reports import Importance

Floats = NDArray[np.float64]
Calibrate = Callable[[Floats], Floats]
"""The monotone map [rows] → [rows] from the model's own probabilities to the calibrated ones."""


@dataclass(frozen=True)
class Explained:
    """By how many points each source, a column or a derived feature, moved each row's probability.

    `base` is the probability, 0 to 1, of no shipment in particular; `points` [rows, sources] are percentage points.
    `base` and a hundredth of a row's points sum to the row's probability.
    """

    sources: tuple[str, ...]
    base: float
    points: Floats


def explain(
    contributions: Contributions, sources: Mapping[str, Sequence[int]], calibrate: Calibrate, probabilities: Floats
) -> Explained:
    """Points by source. `sources` tells which features each is made into, as `FeatureEncoder.sources` does.

    `probabilities` [rows] are those that were answered, calibrated: the points add up to them, and not to what a map
    with steps makes of a score that is off in its last bits.

    What pushes up and what pushes down are two sides. A side moves the probability by the mean of what it does alone
    and of what it does after the other (their Shapley value), and shares that among its sources by their contributions.
    So no point is opposed to its contribution, and none is enormous, be the map steep, flat or in steps. Where the map
    is straight between the scores, every source gets the same points for the same contribution.
    """
    moved = np.stack([contributions.values[:, places].sum(axis=1) for places in sources.values()], axis=1)
    up, down = np.maximum(moved, 0), np.maximum(-moved, 0)
    upwards, downwards = up.sum(axis=1), down.sum(axis=1)

    def after(push: Floats) -> Floats:
        return calibrate(_probability(contributions.base + push, contributions.scale))

    [base] = after(np.zeros(1))
    highest = np.maximum(after(upwards), probabilities)
    lowest = np.minimum(after(-downwards), probabilities)
    rise = ((highest - base) + (probabilities - lowest)) / 2
    fall = ((base - lowest) + (highest - probabilities)) / 2
    # A side without sources moves nothing: what rounding leaves to it is the other's.
    rise, fall = (
        np.where(upwards == 0, 0, np.where(downwards == 0, probabilities - base, rise)),
        np.where(downwards == 0, 0, np.where(upwards == 0, base - probabilities, fall)),
    )
    points = _shared(rise, up, upwards) - _shared(fall, down, downwards)
    return Explained(tuple(sources), float(base), 100 * points)


def importances(explained: Explained) -> tuple[Importance, ...]:
    """By how many points each source moves a row's probability, either way, on average; the largest first."""
    means = np.abs(explained.points).mean(axis=0)
    found = (Importance(source=name, points=float(mean)) for name, mean in zip(explained.sources, means, strict=True))
    return tuple(sorted(found, key=lambda of: (-of.points, of.source)))


def _shared(whole: Floats, parts: Floats, total: Floats) -> Floats:
    shares: Floats = parts * (whole / np.where(total == 0, 1, total))[:, None]
    return shares


def _probability(scores: Floats, scale: Scale) -> Floats:
    if scale == "probability":
        return np.clip(scores, 0, 1)
    with np.errstate(over="ignore"):  # so far out, the answer is 0
        found: Floats = 1 / (1 + np.exp(-scores))
    return found

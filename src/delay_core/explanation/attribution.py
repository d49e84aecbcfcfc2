"""From contributions of features to points of the calibrated probability, by column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.explanation.probability_scale import distribute_effects, scores_to_probabilities
from delay_core.ports.explainer import Contributions
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
    map with steps gives another value for a score that differs in its last bits. `distribute_effects` says how.
    """
    by_source = np.stack([contributions.values[:, indices].sum(axis=1) for indices in sources.values()], axis=1)

    def calibrated(scores: Floats) -> Floats:
        return calibrate(scores_to_probabilities(scores, contributions.scale))

    base, effects = distribute_effects(contributions.base, by_source, calibrated, probabilities)
    return PointAttributions(tuple(sources), base, 100 * effects)


def importances(attributions: PointAttributions) -> tuple[Importance, ...]:
    """The mean absolute points of each source; the largest first."""
    means = np.abs(attributions.points).mean(axis=0)
    by_source = zip(attributions.sources, means, strict=True)
    unsorted = (Importance(source=name, points=float(mean)) for name, mean in by_source)
    return tuple(sorted(unsorted, key=lambda importance: (-importance.points, importance.source)))

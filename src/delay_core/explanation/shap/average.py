"""Contributions of features to an average of models whose own contributions may be on different scales."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from delay_core.explanation.probability_scale import distribute_effects, scores_to_probabilities
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Contributions


@dataclass(frozen=True)
class AverageExplainer(port.Explainer):
    """The sum of the members' contributions to their probabilities, each multiplied by the member's share.

    Shares sum to 1. Contributions to log-odds are converted first; they add up to the member's probability.
    """

    members: tuple[port.Explainer, ...]
    shares: tuple[float, ...]

    def contributions(self, features: NDArray[np.float32]) -> Contributions:
        parts = [(share, _on_probabilities(member.contributions(features))) for member, share in self._shared()]
        base = sum(share * part.base for share, part in parts)
        values: NDArray[np.float64] = np.sum([share * part.values for share, part in parts], axis=0)
        return Contributions(base, values, "probability")

    def _shared(self) -> Iterable[tuple[port.Explainer, float]]:
        return zip(self.members, self.shares, strict=True)


def _on_probabilities(contributions: Contributions) -> Contributions:
    if contributions.scale == "probability":
        return contributions
    to_probability = partial(scores_to_probabilities, scale=contributions.scale)
    probabilities = to_probability(contributions.scores)
    base, effects = distribute_effects(contributions.base, contributions.values, to_probability, probabilities)
    return Contributions(base, effects, "probability")

"""From contributions to a score to effects on the probability that the score is mapped to."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.explainer import Scale

Floats = NDArray[np.float64]


def scores_to_probabilities(scores: Floats, scale: Scale) -> Floats:
    """The probability of each score on this scale."""
    if scale == "probability":
        return np.clip(scores, 0, 1)
    with np.errstate(over="ignore"):  # the result is 0 then
        probabilities: Floats = 1 / (1 + np.exp(-scores))
    return probabilities


def distribute_effects(
    base: float, contributions: Floats, to_probability: Callable[[Floats], Floats], probabilities: Floats
) -> tuple[float, Floats]:
    """The probability at the score `base`, and how much each source adds to it [rows, sources].

    `contributions` [rows, sources] add up to the score beyond `base`; `to_probability` is a monotone map of scores;
    `probabilities` [rows] is what the effects of a row and the probability at `base` sum to, exactly.

    The sources of a row form two sides: those that raise the probability and those that lower it. The effect of a side
    is the mean of its effect alone and its effect after the other side (its Shapley value); it is distributed among its
    sources in proportion to their contributions. So each effect has the sign of its contribution and is bounded, even
    if the map is steep, flat or in steps. If the map is linear between the scores, equal contributions get equal
    effects.
    """
    up, down = np.maximum(contributions, 0), np.maximum(-contributions, 0)
    upwards, downwards = up.sum(axis=1), down.sum(axis=1)
    [at_base] = to_probability(np.full(1, base))
    highest = np.maximum(to_probability(base + upwards), probabilities)
    lowest = np.minimum(to_probability(base - downwards), probabilities)
    rise = ((highest - at_base) + (probabilities - lowest)) / 2
    fall = ((at_base - lowest) + (highest - probabilities)) / 2
    # A side without sources has no effect: a rounding error that is left to it belongs to the other side.
    rise, fall = (
        np.where(upwards == 0, 0, np.where(downwards == 0, probabilities - at_base, rise)),
        np.where(downwards == 0, 0, np.where(upwards == 0, at_base - probabilities, fall)),
    )
    return float(at_base), _distribute(rise, up, upwards) - _distribute(fall, down, downwards)


def _distribute(effect: Floats, contributions: Floats, total: Floats) -> Floats:
    """The effect of a side [rows] on its sources [rows, sources], in proportion to their contributions."""
    shares: Floats = contributions * (effect / np.where(total == 0, 1, total))[:, None]
    return shares

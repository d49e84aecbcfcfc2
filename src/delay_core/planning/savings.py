"""What acting on some shipments is expected to save, and how much they can save."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.decision import MisclassificationCosts, decide
from delay_core.schema import Costs

Floats = NDArray[np.float64]
_TAIL = 0.025
"""On each side of a 95 % interval."""


class SavingInterval(NamedTuple):
    """The expected saving of acting on shipments instead of waiting, and the 95 % interval of what it can be."""

    value: float
    low: float
    high: float


def savings_of_acting(probabilities: Floats, costs: Costs | None) -> Floats:
    """How much less acting is expected to cost than waiting [rows]; negative where waiting pays."""
    decisions = decide(probabilities, costs)
    return decisions.if_waiting - decisions.if_acting


def saving_interval(probabilities: Floats, costs: Costs | None) -> SavingInterval:
    """Of acting on these shipments [rows].

    The number of them that would be late without action is a sum of independent draws with these probabilities, whose
    distribution is computed exactly. Each late one saves `missed_delay`, each other one costs `needless_action`.
    """
    prices, rows = MisclassificationCosts.from_schema(costs), len(probabilities)
    counts = np.ones(1)
    for probability in np.clip(probabilities, 0, 1):
        counts = np.convolve(counts, (1 - probability, probability))
    cumulative = np.cumsum(counts)

    def saving(late: int) -> float:
        return float(late * prices.missed_delay - (rows - late) * prices.needless_action)

    low, high = (min(int(np.searchsorted(cumulative, level)), rows) for level in (_TAIL, 1 - _TAIL))
    return SavingInterval(float(savings_of_acting(probabilities, costs).sum()), saving(low), saving(high))

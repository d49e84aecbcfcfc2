"""The evidence for each alternative, over all windows in which the change may have begun."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIRST_LIFETIME = 0.9
"""The share of the weight that the starts of the first lifetime have; the second has as much of the rest, and so on."""


def start_weight(number: int, lifetime: int) -> float:
    """The weight of a start in the window of this number, from 0; equal within a lifetime. All weights sum to 1."""
    return FIRST_LIFETIME * (1 - FIRST_LIFETIME) ** (number // lifetime) / lifetime


def unspent_weight(number: int, lifetime: int) -> float:
    """The sum of the weights of all starts from this number on."""
    lifetimes, windows = divmod(number, lifetime)
    return float((1 - FIRST_LIFETIME) ** lifetimes * (1 - FIRST_LIFETIME * windows / lifetime))


@dataclass(frozen=True, eq=False)
class StartMixture:
    """Arrays [..., alternatives]; further dimensions are independent streams.

    `log_sum` is the logarithm of the weighted sum of the evidence since each start, so that its size does not grow with
    their number. `log_best` is the largest summand, `best_start` its window.
    """

    log_sum: Floats
    log_best: Floats
    best_start: NDArray[np.int64]

    @classmethod
    def empty(cls, *shape: int) -> Self:
        """Without any start."""
        return cls(np.full(shape, -np.inf), np.full(shape, -np.inf), np.zeros(shape, dtype=np.int64))

    def add_start(self, window: int, weight: float) -> Self:
        """With a start of this weight in this window."""
        log_weight = np.log(weight)
        return type(self)(
            np.logaddexp(self.log_sum, log_weight),
            np.maximum(self.log_best, log_weight),
            np.where(log_weight > self.log_best, window, self.best_start),
        )

    def multiply(self, log_factors: Floats) -> Self:
        """After outcomes with these log-likelihood ratios [..., alternatives]."""
        return type(self)(self.log_sum + log_factors, self.log_best + log_factors, self.best_start)

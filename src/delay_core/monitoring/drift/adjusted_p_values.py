"""P-values of several tests at once."""

from collections.abc import Sequence

import numpy as np


def adjust_p_values(p_values: Sequence[float], tests: int, alpha: float) -> list[float]:
    """The p-values adjusted for so many tests, in their order; tests without a value count as p-values of 1.

    Up to alpha they are those of Benjamini and Hochberg (1995): of the significant tests, on average a share of
    at most alpha is so by chance; tests that depend on each other positively, such as those of correlated columns, keep
    that (Benjamini and Yekutieli 2001). Above alpha they are those of Bonferroni: a value that is not significant then
    does not depend on the other tests.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    bonferroni = np.minimum(values * tests, 1.0)
    stepped = values[order] * tests / np.arange(1, len(values) + 1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    return [float(value) for value in np.where(adjusted <= alpha, adjusted, bonferroni)]

"""The scale that maps work on: log-odds between one in a million and its opposite, on a grid.

A processor's `log` and `exp` are off in their last bits, by how much differs between processors, and nothing promises
that they rise where their argument rises by a bit. So arguments are rounded to a grid that is coarse beside those bits,
and fine beside anything that a probability means: then what should rise never falls.
"""

from math import log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 2.0**-40
"""The grid of probabilities and of log-odds: 1e-12."""
SUREST = 2.0**-20
"""No map answers below this nor above its opposite: one in a million. Forests say 0 and 1, of infinite log-odds."""

_FURTHEST = log((1 - SUREST) / SUREST)


def on_grid(values: Floats) -> Floats:
    """The nearest multiples of `STEP`; exact, as it is a power of two."""
    rounded: Floats = np.rint(values / STEP) * STEP
    return rounded


def log_chances(probabilities: Floats) -> tuple[Floats, Floats]:
    """The logarithms log p and -log(1-p) [rows], both rising with p; they sum to the log-odds.

    NumPy computes arrays with gaps by another code, with other last bits, than those without: so gaps are closed first.
    """
    within = on_grid(np.clip(np.ascontiguousarray(probabilities), SUREST, 1 - SUREST))
    return np.log(within), -np.log(1 - within)


def probability_of(log_odds: Floats) -> Floats:
    """The probabilities [rows] of log-odds [rows], never 0 nor 1."""
    within = on_grid(np.clip(log_odds, -_FURTHEST, _FURTHEST))
    found: Floats = 1 / (1 + np.exp(-within))
    return found

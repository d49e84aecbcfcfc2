"""Probabilities and log-odds on a grid, limited to one in a million and its opposite.

The last bits of a processor's `log` and `exp` are wrong, differently on different processors, and nothing guarantees
that their results rise if their argument rises by one bit. So arguments are rounded to a grid that is coarse compared
with those bits, and fine compared with anything that matters for a probability: then the results never fall.
"""

from math import log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID_STEP = 2.0**-40
"""The grid of probabilities and of log-odds: 1e-12."""
EPSILON = 2.0**-20
"""Calibrated probabilities are at least this, one in a million, and at most its opposite.

Forests predict 0 and 1, whose log-odds are infinite.
"""

_MAX_LOG_ODDS = log((1 - EPSILON) / EPSILON)


def round_to_grid(values: Floats) -> Floats:
    """The nearest multiples of `GRID_STEP`; exact, as it is a power of two."""
    rounded: Floats = np.rint(values / GRID_STEP) * GRID_STEP
    return rounded


def log_probabilities(probabilities: Floats) -> tuple[Floats, Floats]:
    """The logarithms log p and -log(1-p) [rows], which both rise with p; their sum is the log-odds.

    NumPy computes arrays with gaps by other code, with other last bits, than contiguous ones: so arrays are made
    contiguous first.
    """
    clipped = round_to_grid(np.clip(np.ascontiguousarray(probabilities), EPSILON, 1 - EPSILON))
    return np.log(clipped), -np.log(1 - clipped)


def expit_on_grid(log_odds: Floats) -> Floats:
    """The probabilities [rows] of log-odds [rows], never 0 nor 1."""
    clipped = round_to_grid(np.clip(log_odds, -_MAX_LOG_ODDS, _MAX_LOG_ODDS))
    probabilities: Floats = 1 / (1 + np.exp(-clipped))
    return probabilities

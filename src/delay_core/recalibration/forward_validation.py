"""Each outcome predicted by a map that was fitted to the outcomes before it, as it will be used."""

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import Floats
from delay_core.recalibration.log_odds_fit import fit_log_odds_map

BLOCK_ROWS = 25
"""The map is fitted anew after so many outcomes."""


def forward_log_odds(log_odds: Floats, labels: NDArray[np.int8]) -> Floats:
    """The log-odds [rows] by maps that are fitted to the outcomes before, in the order in which these became known.

    Where no outcome precedes, they are those of the calibrator of the training.
    """
    mapped = np.empty_like(log_odds)
    for begin in range(0, len(labels), BLOCK_ROWS):
        fitted = fit_log_odds_map(log_odds[:begin], labels[:begin])
        mapped[begin : begin + BLOCK_ROWS] = fitted(log_odds[begin : begin + BLOCK_ROWS])
    return mapped

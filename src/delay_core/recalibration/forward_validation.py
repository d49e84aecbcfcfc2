"""Each outcome predicted by a map that was fitted to the outcomes before it, as it will be used."""

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import Floats
from delay_core.recalibration.change_point import newest_segment
from delay_core.recalibration.log_odds_fit import fit_log_odds_map

BLOCK_ROWS = 25
"""The map is fitted anew after so many outcomes."""


def forward_log_odds(log_odds: Floats, labels: NDArray[np.int8], groups: NDArray[np.int64], first: int) -> Floats:
    """The log-odds [rows from `first` on] by maps that are fitted to the newest segment of the outcomes before.

    Where no outcome precedes, they are those of the calibrator of the training.
    """
    mapped = log_odds[first:].copy()
    for begin in range(first, len(labels), BLOCK_ROWS):
        start = newest_segment(log_odds[:begin], labels[:begin], groups[:begin])
        fitted = fit_log_odds_map(log_odds[start:begin], labels[start:begin])
        mapped[begin - first : begin - first + BLOCK_ROWS] = fitted(log_odds[begin : begin + BLOCK_ROWS])
    return mapped

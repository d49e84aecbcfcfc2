"""Recency: later rows may count more than earlier ones."""

import numpy as np
from numpy.typing import NDArray


def recency_weights(times: NDArray[np.datetime64], half_life: float | None) -> NDArray[np.float64] | None:
    """How much each of the learning rows counts [rows], 1 on average: half as much for each half-life before the last.

    Times [rows] are prediction points; None where all count alike.
    """
    seconds = (times - times.max()) / np.timedelta64(1, "s")
    span = -float(seconds.min())
    if half_life is None or not span:
        return None
    weights = 0.5 ** (-seconds / (half_life * span))
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled

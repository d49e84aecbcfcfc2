"""Served predictions beside what is known of their outcomes at a moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Cohort:
    """Predictions of one model version, as they are known at one moment; all arrays [rows].

    `late` is 1, 0 or UNKNOWN. `deadline` (UTC) is the moment at which every outcome of such a shipment can be known,
    late or not: the promise and its tolerance plus the time until it is recorded, or the prediction point plus
    `known_after`. `known_at` is when it was known, NaT if it is not. `acted_on` marks shipments on which somebody
    acted. `group` numbers rows that depend on each other, such as lines of one delivery; rows of one shipment share it.
    """

    predicted_at: NDArray[np.datetime64]
    probability: NDArray[np.float64]
    late: NDArray[np.int8]
    deadline: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]
    acted_on: NDArray[np.bool_]
    group: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.probability)

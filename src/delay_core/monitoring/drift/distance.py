"""The rows of a window, and how far one of its columns is from the reference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns

PREDICTION = "(prediction)"
"""The name under which probabilities are compared, beside the columns."""


@dataclass(frozen=True, eq=False)
class WindowSample:
    """Served rows of a window: canonical columns, probabilities, prediction points (UTC), groups; all arrays [rows].

    `prediction_points` is None for a table without times, `groups` if all rows are independent. Rows of one shipment
    share a group.
    """

    columns: Columns
    probabilities: NDArray[np.float64]
    prediction_points: NDArray[np.datetime64] | None
    groups: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.probabilities)


@dataclass(frozen=True, slots=True)
class ColumnDistance:
    """What a detector measures of one column.

    `effect` is the distance that `method` names, from 0 to 1, with the p-value of its test; both are None for a column
    with fewer values than the test needs. `reference_missing_share` is the share of missing values in the weighted
    reference, `missing_p_value` that of the test whether the window's share differs.
    """

    column: str
    method: str
    effect: float | None
    p_value: float | None
    reference_missing_share: float
    missing_p_value: float

"""How much more frequent rows like each one are in a window than in the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class DensityRatios:
    """Density in the window divided by density in the reference, at each row of both; positive, not limited."""

    reference: NDArray[np.float64]
    window: NDArray[np.float64]


class DensityRatio(Protocol):
    """A classifier between the rows of the window and those of the reference."""

    def estimate(self, reference: Columns, window: Columns) -> DensityRatios:
        """The ratios of canonical columns [rows]: float64 with NaN, or str with None; at least ten rows of each.

        Only columns of both count. Each row is judged by a classifier that was fitted on other rows. Deterministic.
        """
        ...

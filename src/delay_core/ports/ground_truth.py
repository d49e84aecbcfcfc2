"""The true probabilities behind a simulated table."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class GroundTruth(Protocol):
    """The upper limit of what a model can predict; unknown for real tables."""

    def late_probability(self, url: str) -> NDArray[np.float64] | None:
        """The true probability of being late of each row of the table, in its order; None where it is unknown.

        Raises SourceError when the stored probabilities belong to another table.
        """
        ...

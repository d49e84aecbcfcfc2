"""What a simulated table's maker knows: the true probability behind every row."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class GroundTruth(Protocol):
    """The ceiling that no honest model can beat; silent about real tables."""

    def late_probability(self, url: str) -> NDArray[np.float64] | None:
        """True probability of being late of each row of the table, in its order; None where nobody knows it.

        Raises SourceError when what is kept beside the table does not belong to it.
        """
        ...

"""What may have happened to the late rate of shipments with one served probability, as simple hypotheses."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import EPSILON

Floats = NDArray[np.float64]


class Harm(StrEnum):
    """What is wrong with the served probabilities."""

    MORE_LATE = "more_late"
    FEWER_LATE = "fewer_late"
    WEAKER_RANKING = "weaker_ranking"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One hypothesis: the log-odds are `center + slope * (served - center) + shift`, then some more are late.

    `extra_late` is the share of otherwise punctual shipments that a cause unknown to the model makes late. `weight` is
    the share of the evidence that this alternative has at the start.
    """

    harm: Harm
    weight: float
    shift: float = 0.0
    slope: float = 1.0
    extra_late: float = 0.0

    def late_probability(self, log_odds: Floats, center: float) -> Floats:
        """The late probabilities [rows] of shipments with these served log-odds."""
        moved = 1 / (1 + np.exp(-(center + self.slope * (log_odds - center) + self.shift)))
        probability: Floats = np.clip(moved + self.extra_late * (1 - moved), EPSILON, 1 - EPSILON)
        return probability


ALTERNATIVES: Sequence[Alternative] = (
    Alternative(Harm.MORE_LATE, 0.3, extra_late=0.1),
    Alternative(Harm.MORE_LATE, 0.3, shift=0.9),
    Alternative(Harm.WEAKER_RANKING, 0.35, slope=0.3),
    Alternative(Harm.FEWER_LATE, 0.05, shift=-0.9),
)
"""Weights sum to one. Few and coarse: each further alternative takes weight from all others."""

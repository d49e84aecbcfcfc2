"""Whether label sets keep their promise, and how often they tell, on rows that they have not learned from."""

import numpy as np
from numpy.typing import NDArray

from delay_core.conformal.label_sets import CANNOT_TELL, LATE, ON_TIME, LabelSets
from delay_core.evaluation import Estimate
from delay_core.reports import ConformalCoverage

_Z = 1.96


def label_set_figures(
    labels: NDArray[np.int8], probabilities: NDArray[np.float64], sets: LabelSets
) -> ConformalCoverage:
    """Coverage, and how often each set is given, for labels [rows], at least one, and calibrated probabilities [rows].

    Intervals are Wilson's (1927): they hold for few rows and for shares near 1, where a bootstrap's are too short, and
    need no draws. Rows count as independent; where they come in groups the intervals are too narrow.
    """
    codes = sets.codes(probabilities)
    held = codes != np.where(labels == 1, ON_TIME, LATE)
    says_late, says_on_time, cannot_tell = (round(float((codes == c).mean()), 6) for c in (LATE, ON_TIME, CANNOT_TELL))
    return ConformalCoverage(
        level=sets.level,
        coverage=_share(held),
        coverage_late=_share(held[labels == 1]) if (labels == 1).any() else None,
        coverage_on_time=_share(held[labels == 0]) if (labels == 0).any() else None,
        says_late=says_late,
        says_on_time=says_on_time,
        cannot_tell=cannot_tell,
    )


def _share(held: NDArray[np.bool_]) -> Estimate:
    """The share of rows [rows] where it holds, with Wilson's 95 % interval."""
    rows, share = len(held), float(held.mean())
    centre = (share + _Z**2 / (2 * rows)) / (1 + _Z**2 / rows)
    reach = _Z / (1 + _Z**2 / rows) * float(np.sqrt(share * (1 - share) / rows + _Z**2 / (4 * rows**2)))
    low, high = max(0.0, centre - reach), min(1.0, centre + reach)
    return Estimate(value=round(share, 6), low=round(low, 6), high=round(high, 6))

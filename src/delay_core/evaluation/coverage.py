"""Whether label sets keep their promised coverage on rows that they were not fitted on."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from delay_core.conformal import CANNOT_TELL, LATE, ON_TIME, LabelSets
from delay_core.evaluation.estimate import Estimate
from delay_core.evaluation.intervals import wilson_bounds

CLEAR_SHORTFALL = 0.02
"""How far a share is below the promised one before it is reported. Intervals of dependent rows are too narrow."""


class ConformalCoverage(BaseModel):
    """Label sets on test rows: the share of sets that hold the outcome, of all rows and by class, and what they say.

    `level` is the promised share. A class is None where it has no test rows. All are shares of rows, 0 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    level: float
    coverage: Estimate
    coverage_late: Estimate | None
    coverage_on_time: Estimate | None
    says_late: float
    says_on_time: float
    cannot_tell: float

    @property
    def shortfalls(self) -> dict[str, Estimate]:
        """The shares that are clearly lower than promised, by class: their upper bound is, by `CLEAR_SHORTFALL`."""
        by_class = {"late": self.coverage_late, "on time": self.coverage_on_time}
        return {
            name: share
            for name, share in by_class.items()
            if share is not None and share.high < self.level - CLEAR_SHORTFALL
        }


def conformal_coverage(
    labels: NDArray[np.int8], probabilities: NDArray[np.float64], sets: LabelSets
) -> ConformalCoverage:
    """The coverage for labels [rows], at least one, and calibrated probabilities [rows].

    The intervals are Wilson's. They treat rows as independent: where rows come in groups they are too narrow.
    """
    codes = sets.codes(probabilities)
    covered = sets.hold(labels, probabilities)
    says_late, says_on_time, cannot_tell = (
        round(float((codes == code).mean()), 6) for code in (LATE, ON_TIME, CANNOT_TELL)
    )
    return ConformalCoverage(
        level=sets.level,
        coverage=_share(covered),
        coverage_late=_share(covered[labels == 1]) if (labels == 1).any() else None,
        coverage_on_time=_share(covered[labels == 0]) if (labels == 0).any() else None,
        says_late=says_late,
        says_on_time=says_on_time,
        cannot_tell=cannot_tell,
    )


def _share(covered: NDArray[np.bool_]) -> Estimate:
    """The share of covered rows [rows] with its Wilson interval."""
    share = float(covered.mean())
    [low], [high] = wilson_bounds(np.array([share]), np.array([len(covered)]))
    return Estimate(value=round(share, 6), low=round(max(0.0, float(low)), 6), high=round(min(1.0, float(high)), 6))

"""Which outcomes of a cohort count at a moment: those whose selection does not depend on the outcome.

A punctual shipment is known at its delivery, a late one when its deadline passes: the outcomes known so far are too
punctual. So an outcome counts from the deadline on, when both kinds are known.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.cohort import UNKNOWN, Cohort
from delay_core.monitoring.performance.policy import PerformancePolicy
from delay_core.schema import Label


@dataclass(frozen=True, eq=False)
class SettledCohort:
    """A cohort with the outcomes that are inferred, and which of its outcomes count [rows].

    `maturity` is the share of rows whose deadline has passed, `overdue` the number of them without an outcome,
    `inferred` how many of those are late by definition.
    """

    cohort: Cohort
    settled: NDArray[np.bool_]
    maturity: float
    overdue: int
    inferred: int

    @classmethod
    def at(cls, cohort: Cohort, now: np.datetime64, label: Label, policy: PerformancePolicy) -> Self:
        """The cohort as it is at this moment (UTC)."""
        mature, known = cohort.deadline <= now, cohort.late != UNKNOWN
        grace = np.timedelta64(policy.reporting_grace) if label.missing_is_late else np.timedelta64(0, "s")
        due = cohort.deadline + grace <= now
        inferred = due & ~known if label.missing_is_late else np.zeros(len(cohort), dtype=np.bool_)
        late = np.where(inferred, 1, cohort.late).astype(np.int8)
        return cls(
            cohort=replace(cohort, late=late),
            settled=due & (known | inferred),
            maturity=float(mature.mean()) if len(cohort) else 0.0,
            overdue=int((mature & ~known).sum()),
            inferred=int(inferred.sum()),
        )

    def take(self, index: NDArray[np.int64]) -> "SettledCohort":
        """These rows alone, with the counts of the whole cohort."""
        parts = {part.name: getattr(self.cohort, part.name)[index] for part in fields(self.cohort)}
        return replace(self, cohort=Cohort(**parts), settled=self.settled[index])

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows with an outcome [rows], those included whose deadline has not passed."""
        return np.asarray(self.cohort.late != UNKNOWN)

    @property
    def log_lead_time(self) -> NDArray[np.float64]:
        """The logarithm of the hours from the prediction to the deadline [rows]."""
        hours = (self.cohort.deadline - self.cohort.predicted_at) / np.timedelta64(1, "h")
        return np.log(np.maximum(hours, 1.0))

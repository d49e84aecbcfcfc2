"""Cohorts of served predictions with known truth: probabilities are calibrated, deadlines may go with lateness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.cohort import UNKNOWN, Cohort

DAY = np.datetime64("2026-03-01T00:00:00", "us")
HOUR = np.timedelta64(3_600_000_000, "us")


@dataclass(frozen=True)
class SimulatedCohort:
    """A day of predictions; arrays [rows]. `late` is every outcome, `true_probability` what it was drawn from.

    `deadline` is hours after the day's start; a late shipment is known then, a punctual one earlier, at `known_hour`.
    """

    probability: NDArray[np.float64]
    true_probability: NDArray[np.float64]
    late: NDArray[np.int8]
    deadline: NDArray[np.float64]
    known_hour: NDArray[np.float64]
    acted_on: NDArray[np.bool_]

    def at(self, hour: float) -> Cohort:
        """The cohort as it is known so many hours after the day's start."""
        known = self.known_hour <= hour
        return Cohort(
            predicted_at=np.full(len(self.late), DAY),
            probability=self.probability,
            late=np.where(known, self.late, UNKNOWN).astype(np.int8),
            deadline=DAY + (self.deadline * HOUR.astype(int)).astype("timedelta64[us]"),
            known_at=np.where(known, DAY + (self.known_hour * HOUR.astype(int)).astype("timedelta64[us]"), NOT_KNOWN),
            acted_on=self.acted_on,
            group=np.arange(len(self.late)),
        )

    def matured(self, share: float) -> float:
        """The hour at which this share of the deadlines has passed."""
        return float(np.quantile(self.deadline, share, method="higher"))


NOT_KNOWN = np.datetime64("NaT", "us")


def simulate_cohort(
    rows: int, seed: int, *, seen: float = 0.0, unseen: float = 0.0, error: float = 0.0, acting: float = 0.0
) -> SimulatedCohort:
    """Long deadlines are late more often: `seen` in the served log-odds, `unseen` beside them.

    `error` is how far the served log-odds are from the true ones. People act on a share `acting` of the shipments of
    high probability, more of the higher ones; none of those is late then.
    """
    draw = np.random.default_rng(seed)
    served, spread = draw.normal(-1.0, 1.2, rows), draw.normal(size=rows)
    served = served + seen * spread
    true = _logistic(served + error + unseen * spread)
    probability, deadline = _logistic(served), 120.0 * np.exp(0.6 * spread)
    late = (draw.random(rows) < true).astype(np.int8)
    acted_on = draw.random(rows) < acting * np.clip(2 * probability - 0.2, 0, 1)
    late[acted_on] = 0
    known_hour = np.where(late == 1, deadline, deadline * draw.uniform(0.3, 1.0, rows))
    return SimulatedCohort(probability, true, late, deadline, known_hour, acted_on)


def _logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-log_odds)))

"""Cohorts of one day whose outcomes arrive later: a punctual shipment at its delivery, a late one after its promise.

How long a shipment may take goes with how often it is late, which the model may know or not.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.monitoring.shipment_pool import sigmoid
from delay_core.monitoring.cohort import UNKNOWN, Cohort
from delay_core.schema import Label

Floats = NDArray[np.float64]
START = np.datetime64("2026-03-02", "us")
DAY_US = 86_400_000_000
LABEL = Label(actual="delivered", promised="promised")
MEDIAN_LEAD_DAYS = 6.0
CURE = 0.9
"""The share of late shipments that an action makes punctual."""


@dataclass(frozen=True)
class CohortWorld:
    """How the log-odds of being late rise with the logarithm of the lead time, in standard deviations.

    `seen` is in the served probability, `unseen` is not; `bend` is that of its square. `error` is how far the served
    log-odds are off for every shipment.
    """

    name: str
    seen: float = 0.0
    unseen: float = 0.0
    bend: float = 0.0
    error: float = 0.0


@dataclass(frozen=True, eq=False)
class DeliveredCohort:
    """The predictions of a day with all outcomes; arrays [rows], times in days since the start of the day."""

    probability: Floats
    truth: Floats
    late: NDArray[np.int8]
    predicted: Floats
    deadline: Floats
    known: Floats
    acted_on: NDArray[np.bool_]

    def at(self, day: float) -> Cohort:
        """What is known so many days after the start."""
        known = self.known <= day
        return Cohort(
            predicted_at=_moment(self.predicted),
            probability=self.probability,
            late=np.where(known, self.late, UNKNOWN).astype(np.int8),
            deadline=_moment(self.deadline),
            known_at=np.where(known, _moment(self.known), np.datetime64("NaT", "us")),
            acted_on=self.acted_on,
            group=np.arange(len(self.late)),
        )

    def first_day(self, maturity: float) -> int:
        """The first day at whose end so many of the deadlines have passed."""
        return int(np.ceil(np.quantile(self.deadline, maturity)))


def draw_cohort(world: CohortWorld, rows: int, seed: int) -> DeliveredCohort:
    """A day of predictions; about a quarter are late."""
    generator = np.random.default_rng(seed)
    spread, predicted = generator.normal(size=rows), generator.random(rows)
    served = generator.normal(-1.3, 1.1, rows) + world.seen * spread
    truth = sigmoid(served + world.error + world.unseen * spread + world.bend * (spread**2 - 1))
    late = (generator.random(rows) < truth).astype(np.int8)
    lead = MEDIAN_LEAD_DAYS * np.exp(0.5 * spread)
    # A punctual shipment with a high risk arrives shortly before its promise.
    share = generator.beta(2 + 4 * truth, 2, rows)
    deadline = predicted + lead
    return DeliveredCohort(
        probability=sigmoid(served),
        truth=truth,
        late=late,
        predicted=predicted,
        deadline=deadline,
        known=np.where(late == 1, deadline, predicted + share * lead),
        acted_on=np.zeros(rows, dtype=np.bool_),
    )


def act_on(cohort: DeliveredCohort, propensity: Floats, seed: int) -> DeliveredCohort:
    """The cohort after people acted on shipments with these probabilities [rows], which cured most of the late ones."""
    generator = np.random.default_rng(seed)
    acted_on = generator.random(len(propensity)) < propensity
    cured = acted_on & (generator.random(len(propensity)) < CURE)
    return replace(cohort, acted_on=acted_on, late=np.where(cured, 0, cohort.late).astype(np.int8))


def expected_auc(probability: Floats, truth: Floats) -> float:
    """The ROC-AUC of probabilities [rows] whose rows are late as often as the true ones [rows] say."""
    order = np.argsort(probability)
    late = truth[order]
    on_time_below = np.cumsum(1 - late) - (1 - late)
    return float((late * on_time_below).sum() / (late.sum() * (1 - late).sum()))


def _moment(days: Floats) -> NDArray[np.datetime64]:
    return START + (days * DAY_US).astype("timedelta64[us]")

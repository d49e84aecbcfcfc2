"""Plans: the shipments on which a planner acts in each period, and what that saves once their outcomes are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.decision import decide
from delay_core.evaluation import Estimate, percentile_estimate
from delay_core.schema import Costs

Floats = NDArray[np.float64]
RESAMPLES = 2_000


def expected_savings(probabilities: Floats, costs: Costs | None) -> Floats:
    """What acting is expected to save, compared with waiting [rows]: the order of the worklist."""
    decisions = decide(probabilities, costs)
    return decisions.if_waiting - decisions.if_acting


@dataclass(frozen=True)
class Order:
    """An order of shipments: the larger a priority [rows], the earlier. Where `worthwhile` is False, nobody acts."""

    priority: Floats
    worthwhile: NDArray[np.bool_]

    @classmethod
    def by_saving(cls, probabilities: Floats, costs: Costs | None) -> "Order":
        """As the worklist: by expected saving; a shipment for which waiting is cheaper is left alone."""
        savings = expected_savings(probabilities, costs)
        return cls(savings, savings > 0)

    @classmethod
    def by_hand(cls, priority: Floats) -> "Order":
        """An order without probabilities: the planner acts on as many shipments as there is capacity for."""
        return cls(priority, np.ones(len(priority), dtype=np.bool_))


@dataclass(frozen=True)
class OpenShipments:
    """Shipments with the code of the period in which each is open, from 0, and their outcomes; arrays [rows]."""

    period: NDArray[np.int64]
    late: NDArray[np.int8]

    @classmethod
    def of(cls, periods: pd.Series, late: NDArray[np.int8]) -> "OpenShipments":
        """Shipments whose period is any value that identifies it."""
        return cls(pd.factorize(periods, sort=True)[0].astype(np.int64), late)

    @property
    def periods(self) -> int:
        """The number of periods."""
        return int(self.period.max()) + 1

    def capacity(self, share: float) -> int:
        """How many shipments a period has capacity for, if it is this share of an average period."""
        return max(1, round(share * len(self.period) / self.periods))

    def realized_savings(self, order: Order, capacity: int, costs: Costs | None) -> Floats:
        """What acting on the first `capacity` shipments of the order saved in each period [periods].

        The saving of an outcome is the expected one at the probability 1 or 0. Of equal shipments, the first row is
        acted on first.
        """
        acted = self.acted_on(order, capacity)
        saved = expected_savings(self.late[acted].astype(np.float64), costs)
        return np.asarray(np.bincount(self.period[acted], saved, self.periods), dtype=np.float64)

    def acted_on(self, order: Order, capacity: int) -> NDArray[np.int64]:
        """The rows of the first `capacity` shipments of each period."""
        rows = np.lexsort((-order.priority, self.period))
        starts = np.searchsorted(self.period[rows], np.arange(self.periods))
        rank = np.arange(len(rows)) - starts[self.period[rows]]
        selected: NDArray[np.int64] = rows[(rank < capacity) & order.worthwhile[rows]]
        return selected


def join(parts: "list[OpenShipments]") -> OpenShipments:
    """The shipments of several tables; their periods stay apart."""
    starts = np.cumsum([0, *(part.periods for part in parts)])
    moved = [replace(part, period=part.period + start) for part, start in zip(parts, starts, strict=False)]
    return OpenShipments(np.concatenate([part.period for part in moved]), np.concatenate([part.late for part in moved]))


def resampled_totals(by_period: Mapping[str, Floats], seed: int) -> dict[str, Floats]:
    """The totals [resamples] of several values [periods], of the same drawn periods: they can be compared in pairs."""
    periods = len(next(iter(by_period.values())))
    drawn = np.random.default_rng(seed).multinomial(periods, np.full(periods, 1 / periods), size=RESAMPLES)
    return {name: drawn @ values for name, values in by_period.items()}


def share_of(part: Floats, whole: Floats, seed: int) -> Estimate:
    """The total of one value [periods] as a share of another's, with a paired interval."""
    totals = resampled_totals({"part": part, "whole": whole}, seed)
    return percentile_estimate(float(part.sum() / whole.sum()), totals["part"] / totals["whole"])


def gain_over_best(values: Floats, others: Mapping[str, Floats], seed: int) -> Estimate:
    """The total of `values` [periods] minus that of the best of the others, with a paired interval.

    The best is determined in every resample, which counts against `values`.
    """
    totals = resampled_totals({"": values, **others}, seed)
    best = np.max([totals[name] for name in others], axis=0)
    return percentile_estimate(float(values.sum() - max(other.sum() for other in others.values())), totals[""] - best)

"""Streams of shipments, day by day, and the outcome at which the loss test pages.

Weekdays differ, and the mix of waiting times moves slowly over the year. Three in ten shipments travel in deliveries of
three, which share their causes and half of their luck. All streams are computed at once, by the functions of the test.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from benchmarks.monitoring.shipment_pool import POOL_ROWS, World
from delay_core.monitoring.loss_test import LossTest, StartMixture, start_weight

GROUP_SIZE = 3
GROUPED_SHARE = 0.3
SHARED_LUCK = 0.5
MIX_AMPLITUDE = 0.4
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pages:
    """Of each stream: the outcomes known at the first page, -1 without one; the day of its change point."""

    outcomes: Integers
    change_day: Integers


@dataclass(frozen=True)
class StreamSettings:
    """Shipments a day, days, and the false-alarm budget."""

    per_day: int
    days: int
    budget: float


class StreamSimulator:
    """Streams whose shipments come from the world `before`, and from the world `after` from their change day on.

    If the test has no alternatives but one, `knows_harm` makes it that of an oracle: the likelihood ratio between both
    worlds. No other test of these outcomes gains evidence faster (Wald).
    """

    def __init__(
        self, test: LossTest, before: World, after: World, settings: StreamSettings, *, knows_harm: bool = False
    ) -> None:
        self._test, self._settings = test, settings
        worlds = (before, after)
        self._ratios = np.stack([_true_ratios(*worlds) if knows_harm else _log_ratios(test, one) for one in worlds])
        self._truth = np.stack([before.truth, after.truth])
        deliveries = int(settings.per_day * GROUPED_SHARE) // GROUP_SIZE
        self._singles = settings.per_day - deliveries * GROUP_SIZE
        self._sizes = np.repeat([1, GROUP_SIZE], [self._singles, deliveries])

    def run(self, change_days: Integers, seed: int) -> Pages:
        """One stream for each change day."""
        generator, streams = np.random.default_rng(seed), len(change_days)
        phases = generator.uniform(0, 2 * np.pi, streams)
        mixture = StartMixture.empty(streams, len(self._test.alternatives))
        pages = Pages(np.full(streams, -1), np.full(streams, -1))
        for day in range(self._settings.days):
            factors = self._draw_day(generator, day, day >= change_days, phases)
            order = generator.permutation(len(self._sizes))
            growth = np.cumsum(factors[:, order], axis=1, dtype=np.float64)
            started = mixture.add_start(day, start_weight(day, self._test.lifetime))
            mixture = started.multiply(growth[:, -1])
            self._add_pages(pages, started, growth, day, np.cumsum(self._sizes[order]))
        return pages

    def _draw_day(
        self, generator: np.random.Generator, day: int, changed: NDArray[np.bool_], phases: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Log factors [streams, singles and deliveries, alternatives]."""
        streams, singles, travels = len(phases), self._singles, len(self._sizes)
        skew = np.exp(MIX_AMPLITUDE * np.sin(2 * np.pi * day / 365 + phases))[:, None]
        rows = np.minimum(POOL_ROWS * generator.random((streams, travels)) ** skew, POOL_ROWS - 1).astype(np.int64)
        world, weekday = changed.astype(np.int64)[:, None], day % 7
        probability = self._truth[world, weekday, rows]
        late = (generator.random((streams, singles)) < probability[:, :singles]).astype(np.int64)
        luck = generator.random((streams, travels - singles, GROUP_SIZE))
        shared = generator.random((streams, travels - singles, 1)) < SHARED_LUCK
        luck = np.where(shared, luck[:, :, :1], luck)
        late_lines = (luck < probability[:, singles:, None]).astype(np.int64)
        of_singles = self._ratios[world, weekday, rows[:, :singles], late]
        of_lines = self._ratios[world[:, :, None], weekday, rows[:, singles:, None], late_lines]
        return np.concatenate([of_singles, np.log(np.exp(of_lines).mean(axis=2))], axis=1)

    def _add_pages(
        self, pages: Pages, started: StartMixture, growth: NDArray[np.float64], day: int, known: Integers
    ) -> None:
        limit = -log(self._settings.budget)
        highest = self._test.log_total(started.log_sum + growth.max(axis=1), day + 1)
        for stream in np.flatnonzero((highest >= limit) & (pages.outcomes < 0)):
            totals = self._test.log_total(started.log_sum[stream] + growth[stream], day + 1)
            [over] = np.nonzero(totals >= limit)
            if len(over):
                step = over[0]
                best = started.log_best[stream] + growth[stream, step]
                likely = int(np.argmax(best + self._test.log_weights))
                pages.outcomes[stream] = day * self._settings.per_day + known[step]
                pages.change_day[stream] = started.best_start[stream, likely]


def _log_ratios(test: LossTest, world: World) -> NDArray[np.float32]:
    """Log-likelihood ratios [weekday, row, late, alternatives] of every shipment of the pool."""
    served = world.served.ravel()
    outcomes = [test.log_ratios(served, np.full(len(served), late, dtype=np.int8)) for late in (0, 1)]
    return np.stack(outcomes, axis=1).astype(np.float32).reshape(*world.served.shape, 2, -1)


def _true_ratios(before: World, after: World) -> NDArray[np.float32]:
    """As `_log_ratios`, of the truth with and without the harm."""
    punctual = np.log((1 - after.truth) / (1 - before.truth))
    return np.stack([punctual, np.log(after.truth / before.truth)], axis=-1).astype(np.float32)[..., None]

"""A population of shipments from which the windows of a stream are drawn, whole shipments at a time.

Its rows are those of `simulated_streams`, the same ones on every weekday but for what weekdays change. A day draws
shipments with the probabilities that give it its mix; a shipment that is drawn twice is two shipments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.monitoring.simulated_streams import BUSINESS, FIRST_DAY, REFERENCE_DAYS, business_share, draw_rows
from delay_core.monitoring.drift import WindowSample
from delay_core.reference_sample import MAX_ROWS, ReferenceSample

POPULATION_ROWS = 10_000
WEEKDAYS = 7
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ShipmentPopulation:
    """The population of one stream."""

    seed: int

    @cached_property
    def weekdays(self) -> list[WindowSample]:
        """All rows as they are on each weekday; the first day is a Monday."""
        return [
            draw_rows(np.random.default_rng((self.seed, 0)), np.full(POPULATION_ROWS, weekday), BUSINESS)
            for weekday in range(WEEKDAYS)
        ]

    @cached_property
    def groups(self) -> Integers:
        """The shipment of each row, from 0 on."""
        groups = self.weekdays[0].groups
        if groups is None:
            raise ValueError("the rows of the population have no groups")
        return groups

    @cached_property
    def sizes(self) -> Integers:
        """The rows of each shipment."""
        return np.bincount(self.groups)

    def draw_day(self, day: int, rows: int) -> Integers:
        """The shipments of a day [shipments]: the first ones that have at least so many rows."""
        share = float(business_share(np.array(day)))
        business, others = np.log(share / BUSINESS), np.log((1 - share) / (1 - BUSINESS))
        likelihood = np.exp(self._business * business + (self.sizes - self._business) * others)
        edges = np.cumsum(likelihood)
        draw = np.random.default_rng((self.seed, 1, day + REFERENCE_DAYS, rows))
        shipments = np.searchsorted(edges, draw.random(rows * 3 // 5 + 20) * edges[-1], side="right")
        enough = int(np.searchsorted(np.cumsum(self.sizes[shipments]), rows)) + 1
        drawn: Integers = shipments[:enough]
        return drawn

    def members(self, days: Sequence[Integers]) -> csr_array:
        """How often each shipment is in each of these windows [windows, shipments]."""
        windows = np.repeat(np.arange(len(days)), [len(day) for day in days])
        ones = np.ones(len(windows))
        return csr_array((ones, (windows, np.concatenate(days))), (len(days), len(self.sizes)))

    def window(self, day: int, shipments: Integers) -> WindowSample:
        """The rows of a window as monitoring reads them."""
        rows, groups = self._rows(shipments)
        sample = self.weekdays[day % WEEKDAYS]
        points = FIRST_DAY + np.full(len(rows), day) * np.timedelta64(86_400, "s") + np.arange(len(rows))
        columns = {name: values[rows] for name, values in sample.columns.items()}
        return WindowSample(columns, sample.probabilities[rows], points, groups)

    def reference(self) -> ReferenceSample:
        """The sample of the days before the first one."""
        per_day = MAX_ROWS // REFERENCE_DAYS + 1
        days = [self.window(day, self.draw_day(day, per_day)) for day in range(-REFERENCE_DAYS, 0)]
        offsets = np.cumsum([0, *(int(day.groups.max()) + 1 for day in days[:-1] if day.groups is not None)])
        groups = np.concatenate(
            [day.groups + offset for day, offset in zip(days, offsets, strict=True) if day.groups is not None]
        )
        probabilities = np.concatenate([day.probabilities for day in days])
        points = np.concatenate([day.prediction_points for day in days if day.prediction_points is not None])
        columns = {name: np.concatenate([day.columns[name] for day in days])[:MAX_ROWS] for name in days[0].columns}
        labels = np.zeros(MAX_ROWS, dtype=np.int8)
        return ReferenceSample(columns, probabilities[:MAX_ROWS], labels, points[:MAX_ROWS], groups[:MAX_ROWS])

    @cached_property
    def _business(self) -> Integers:
        """The rows of each shipment in the segment `business`."""
        return np.bincount(self.groups, self.weekdays[0].columns["segment"] == "business").astype(np.int64)

    def _rows(self, shipments: Integers) -> tuple[Integers, Integers]:
        """The rows of these shipments, and the number of the shipment of each row."""
        sizes = self.sizes[shipments]
        first = np.cumsum(self.sizes) - self.sizes
        groups = np.repeat(np.arange(len(shipments)), sizes)
        within = np.arange(len(groups)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return first[shipments][groups] + within, groups

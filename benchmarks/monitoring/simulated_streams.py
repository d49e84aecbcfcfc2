"""Streams of served rows without drift, drawn at once: weekdays, shipments of several rows, a mix that moves slowly.

Fifteen columns. `Season…` have other means on every weekday. `Shipment…` and `supplier` are equal on all rows of a
shipment, of which each has one to four. `segment` moves three points up and down over a year, and `Basket` with it. All
others are independent of each other; a tenth of `Sensor` is missing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.drift import WindowSample
from delay_core.reference_sample import MAX_ROWS, ReferenceSample

FIRST_DAY = np.datetime64("2024-01-01", "s")
REFERENCE_DAYS = 70
YEAR = 365
BUSINESS, MIX = 0.4, 0.03
"""The segment's share, and by how much the slow mix moves it: three points, decided before anything was measured."""
Floats = NDArray[np.float64]
_WEEKDAY_MEANS = np.array([0.0, 0.1, 0.2, 0.1, 0.4, -0.4, -0.6])
_ROADS = np.array(["clear", "detour", "heavy"], dtype=object)
_ROAD_SHARES = np.cumsum(np.linspace([0.3, 0.4, 0.3], [0.5, 0.3, 0.2], 7), axis=1)
_PRODUCTS = np.array([f"product {number}" for number in range(12)], dtype=object)
_SUPPLIERS = np.array([f"supplier {number}" for number in range(8)], dtype=object)
_SEGMENTS = np.array(["private", "business"], dtype=object)
_WAREHOUSES = np.array(["north", "south", "west"], dtype=object)


@dataclass(frozen=True)
class Stream:
    """One stream of windows; each window, a day, is drawn on its own."""

    seed: int

    def reference(self) -> ReferenceSample:
        """The sample of the seventy days before the first one."""
        draw = np.random.default_rng((self.seed, 0))
        rows = draw_rows(draw, days := np.sort(draw.integers(-REFERENCE_DAYS, 0, MAX_ROWS)), business_share(days))
        labels = (draw.random(MAX_ROWS) < rows.probabilities).astype(np.int8)
        return ReferenceSample(rows.columns, rows.probabilities, labels, rows.prediction_points, rows.groups)

    def window(self, day: int, rows: int) -> WindowSample:
        """The rows of a day."""
        days = np.full(rows, day)
        return draw_rows(np.random.default_rng((self.seed, 1 + day, rows)), days, business_share(days))


def business_share(days: NDArray[np.int64]) -> Floats:
    """The expected share of the segment `business` on these days."""
    share: Floats = BUSINESS + MIX * np.sin(2 * np.pi * days / YEAR)
    return share


def draw_rows(draw: np.random.Generator, days: NDArray[np.int64], business: Floats | float) -> WindowSample:
    """Rows of these days [rows], which are in order, with this probability of the segment `business`."""
    rows = len(days)
    groups = np.repeat(np.arange(rows), draw.integers(1, 5, rows))[:rows]
    shipments = int(groups[-1]) + 1
    noise = draw.standard_normal((9, rows))
    shared = draw.standard_normal((3, shipments))[:, groups]
    shares = draw.random((6, rows))
    weekday = (days % 7).astype(np.int64)  # the first day is a Monday
    is_business = shares[0] < business
    columns = {
        "Season 1": noise[0] + _WEEKDAY_MEANS[weekday],
        "Season 2": noise[1] - _WEEKDAY_MEANS[weekday],
        "Shipment 1": shared[0],
        "Shipment 2": np.round(shared[1], 1),
        "Shipment 3": shared[2] + noise[2],
        "Weight": np.exp(noise[3]),
        "Stops": np.floor(shares[1] * 6),
        "Sensor": np.where(shares[2] < 0.1, np.nan, noise[4]),
        "Distance": noise[5],
        "Basket": noise[6] + is_business,
        "road": _ROADS[(shares[3][:, None] > _ROAD_SHARES[weekday, :2]).sum(axis=1)],
        "product": _PRODUCTS[(shares[4] ** 2 * 12).astype(np.int64)],
        "supplier": _SUPPLIERS[(draw.random(shipments)[groups] * 8).astype(np.int64)],
        "segment": _SEGMENTS[is_business.astype(np.int64)],
        "warehouse": _WAREHOUSES[(shares[5] * 3).astype(np.int64)],
    }
    log_odds = -0.5 + 0.7 * columns["Season 1"] + 0.6 * columns["Shipment 1"] + 0.5 * (columns["road"] == "heavy")
    points = FIRST_DAY + days * np.timedelta64(86_400, "s") + np.arange(rows) * np.timedelta64(1, "s")
    return WindowSample(columns, 1 / (1 + np.exp(-log_odds)), points, groups)

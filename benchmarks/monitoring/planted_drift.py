"""Drift planted into the rows of the simulator, in units of their last written decimal: a tenth of a degree."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from adapters.simulator.blocks import Block, draw_block
from adapters.simulator.causes import TRAFFIC
from adapters.simulator.random_draws import BLOCK_ROWS
from adapters.simulator.settings import SimulatorSettings
from delay_core.features import Columns
from delay_core.monitoring.drift import WindowSample
from delay_core.reference_sample import ReferenceSample, reference_rows

WINDOW_ROWS = 500
HEAVY_SHARE = 0.327
_CATEGORY = "Traffic_Status"
_IDENTIFIER = "Asset_ID"

Change = Callable[[NDArray[np.float64], Columns], NDArray[np.object_] | NDArray[np.float64]]
"""From uniform numbers [rows] and the columns to the values of the planted column."""


def _to_heavy(chance: NDArray[np.float64], columns: Columns) -> NDArray[np.object_]:
    """Ten points of all rows, out of those on other roads."""
    return np.where(chance < 0.1 / (1 - HEAVY_SHARE), "Heavy", columns[_CATEGORY]).astype(object)


PLANTED: Mapping[str, tuple[str, Change]] = {
    "temperature +2 °C": ("Temperature", lambda _, columns: columns["Temperature"] + 20),
    "waiting time +5 min": ("Waiting_Time", lambda _, columns: columns["Waiting_Time"] + 5),
    "heavy traffic +10 points": (_CATEGORY, _to_heavy),
    "15 % missing": ("Humidity", lambda chance, columns: np.where(chance < 0.15, np.nan, columns["Humidity"])),
    "8 % unseen category": (
        _CATEGORY,
        lambda chance, columns: np.where(chance < 0.08, "Flooded", columns[_CATEGORY]).astype(object),
    ),
    "°C to °F": ("Temperature", lambda _, columns: columns["Temperature"] * 1.8 + 320),
}
"""The column of each drift, and how its values change."""


def settings(seed: int) -> SimulatorSettings:
    """Forty days of 500 rows: the first twenty are the reference's."""
    return SimulatorSettings(rows=2 * BLOCK_ROWS, seed=seed, days=2 * BLOCK_ROWS // WINDOW_ROWS)


def draw_reference(seed: int) -> ReferenceSample:
    """The sample of the first block; its probabilities are the true ones."""
    block = draw_block(settings(seed), 0)
    sample = reference_rows(BLOCK_ROWS, len(block.readings))
    rows = _to_sample(block, sample)
    labels = block.late[sample].astype(np.int8)
    return ReferenceSample(rows.columns, rows.probabilities, labels, rows.prediction_points, None)


def draw_windows(seed: int, drift: str, windows: int) -> list[WindowSample]:
    """The first days of the second block, with drift."""
    block = draw_block(settings(seed), 1)
    column, change = PLANTED[drift]
    drifted = []
    for start in range(0, windows * WINDOW_ROWS, WINDOW_ROWS):
        rows = _to_sample(block, np.arange(start, start + WINDOW_ROWS))
        chance = np.random.default_rng((seed, start)).random(WINDOW_ROWS)
        drifted.append(replace(rows, columns={**rows.columns, column: change(chance, rows.columns)}))
    return drifted


def _to_sample(block: Block, rows: NDArray[np.int64]) -> WindowSample:
    names = np.array(TRAFFIC, dtype=object)
    columns: dict[str, NDArray[np.float64] | NDArray[np.object_]] = {
        name: names[values[rows]] if name == _CATEGORY else values[rows].astype(np.float64)
        for name, values in block.readings.items()
        if name != _IDENTIFIER
    }
    return WindowSample(columns, block.late_probability[rows], block.seconds[rows].astype("datetime64[s]"), None)

"""The random numbers of a block of rows: always all of them and in this order, even if some are not used.

Two tables with the same seed therefore differ only by their settings, row by row, and a row does not depend on the
size of chunks or on the length of the table.
"""

import numpy as np

from adapters.simulator.causes import Floats

BLOCK_ROWS = 10_000

_NAMES = (
    "time", "Asset_ID", "Latitude", "Longitude", "Inventory_Level", "Temperature", "Humidity", "Traffic_Status",
    "Waiting_Time", "User_Transaction_Amount", "User_Purchase_Frequency", "Asset_Utilization", "Demand_Forecast",
    "label", "status", "reason", "missing Temperature", "missing Humidity", "unseen", "unit",
    "dirt", "dirt kind", "dirt choice",
)  # fmt: skip


def draw_uniforms(seed: int, block: int) -> dict[str, Floats]:
    """Independent uniform numbers in [0, 1) by name, each [`BLOCK_ROWS`]."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block,))))
    return dict(zip(_NAMES, generator.random((len(_NAMES), BLOCK_ROWS)), strict=True))

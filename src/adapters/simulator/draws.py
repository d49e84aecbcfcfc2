"""The random numbers of a block of rows: always all of them, always in this order, whatever is done with them.

Hence two tables with one seed differ only in what their settings say, row by row, and a row is the same
in however large chunks, and however long a table, it is drawn.
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


def draws_of_block(seed: int, block: int) -> dict[str, Floats]:
    """Independent uniform numbers in [0, 1) by name, each [`BLOCK_ROWS`]."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block,))))
    return dict(zip(_NAMES, generator.random((len(_NAMES), BLOCK_ROWS)), strict=True))

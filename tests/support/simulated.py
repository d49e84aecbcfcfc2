"""Simulated tables, their truth, and what was drawn for them: shared by the simulator's tests."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adapters.simulator import GroundTruth, ShipmentSource, SimulatorSettings
from adapters.simulator.blocks import Block, generate_blocks
from delay_core.schemas import load_schema

SCHEMA = load_schema("smart_logistics")
BASE = "simulator://smart_logistics"
TRUCKS = {f"Truck_{number}" for number in range(1, 11)}


def table(query: str) -> pd.DataFrame:
    """The rows of a simulated table."""
    return pd.concat(ShipmentSource().chunks(f"{BASE}?{query}", SCHEMA), ignore_index=True)


def truth(query: str) -> NDArray[np.float64]:
    """The true late probability of each row."""
    probabilities = GroundTruth().late_probability(f"{BASE}?{query}")
    assert probabilities is not None
    return probabilities


def drawn(query: str) -> dict[str, NDArray[Any]]:
    """What the simulator drew for each row, by name."""
    parts: list[Block] = list(generate_blocks(SimulatorSettings.from_url(f"{BASE}?{query}")))
    names = ("late_probability", "late", "open", "status", "reason")
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

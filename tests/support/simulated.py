"""Simulated tables, their truth, and what was drawn for them: shared by the simulator's tests."""

import numpy as np
import pandas as pd

from adapters.simulator import GroundTruth, ShipmentSource, SimulatorSettings
from adapters.simulator.blocks import Block, blocks
from delay_core.schemas import load_schema

SCHEMA = load_schema("smart_logistics")
BASE = "simulator://smart_logistics"
TRUCKS = {f"Truck_{number}" for number in range(1, 11)}


def table(query: str) -> pd.DataFrame:
    return pd.concat(ShipmentSource().chunks(f"{BASE}?{query}", SCHEMA), ignore_index=True)


def truth(query: str) -> np.ndarray:
    return GroundTruth().late_probability(f"{BASE}?{query}")


def drawn(query: str) -> dict[str, np.ndarray]:
    parts: list[Block] = list(blocks(SimulatorSettings.from_url(f"{BASE}?{query}")))
    names = ("late_probability", "late", "open", "status", "reason")
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

"""Simulated tables as a source of shipments, by simulator:// URL."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from adapters.simulator.blocks import Block, blocks
from adapters.simulator.causes import Floats
from adapters.simulator.dirt import soil
from adapters.simulator.draws import BLOCK_ROWS
from adapters.simulator.settings import SimulatorSettings
from adapters.simulator.text import COLUMNS, Texts, text_of
from delay_core.ports import shipment_source as port
from delay_core.schema import ShipmentSchema

BLOCKS_PER_CHUNK = 5
CHUNK_ROWS = BLOCKS_PER_CHUNK * BLOCK_ROWS


class ShipmentSource(port.ShipmentSource):
    """Drawn anew at each reading, in constant memory; `digest` is that of the settings, which say everything."""

    def digest(self, url: str) -> str:
        return SimulatorSettings.from_url(url).digest

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:  # noqa: ARG002 – the columns are always the same
        settings = SimulatorSettings.from_url(url)
        return (pd.DataFrame(chunk.columns, dtype=object) for chunk in drawn_chunks(settings))


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows: what people get to see, as text [rows] by column, and the truth [rows], which they do not."""

    columns: dict[str, Texts]
    late_probability: Floats


def drawn_chunks(settings: SimulatorSettings, blocks_per_chunk: int = BLOCKS_PER_CHUNK) -> Iterator[Chunk]:
    """The whole table, in order, so many blocks at a time."""
    remaining = blocks(settings)
    while drawn := list(islice(remaining, blocks_per_chunk)):
        parts = [_written(settings, block) for block in drawn]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
        yield Chunk(columns, np.concatenate([block.late_probability for block in drawn]))


def _written(settings: SimulatorSettings, block: Block) -> dict[str, Texts]:
    columns = text_of(block)
    soil(columns, block.draws, settings.dirt)
    return columns

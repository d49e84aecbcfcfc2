"""Simulated tables as a source of shipments, by simulator:// URL."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from adapters.simulator.blocks import Block, generate_blocks
from adapters.simulator.causes import Floats
from adapters.simulator.data_errors import inject_errors
from adapters.simulator.random_draws import BLOCK_ROWS
from adapters.simulator.settings import SimulatorSettings
from adapters.simulator.text_columns import COLUMNS, Texts, format_columns
from delay_core.ports import shipment_source as port
from delay_core.schema import ShipmentSchema

BLOCKS_PER_CHUNK = 5
CHUNK_ROWS = BLOCKS_PER_CHUNK * BLOCK_ROWS


class ShipmentSource(port.ShipmentSource):
    """Generates the table in every read, in constant memory; `digest` is that of the settings."""

    def digest(self, url: str) -> str:
        return SimulatorSettings.from_url(url).digest

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:  # noqa: ARG002 – the columns do not depend on it
        settings = SimulatorSettings.from_url(url)
        return (pd.DataFrame(chunk.columns, dtype=object) for chunk in generate_chunks(settings))


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows: text [rows] by column, and the true probabilities [rows]."""

    columns: dict[str, Texts]
    late_probability: Floats


def generate_chunks(settings: SimulatorSettings, blocks_per_chunk: int = BLOCKS_PER_CHUNK) -> Iterator[Chunk]:
    """The table in order, in chunks of several blocks."""
    all_blocks = generate_blocks(settings)
    while chunk_blocks := list(islice(all_blocks, blocks_per_chunk)):
        parts = [_format_block(settings, block) for block in chunk_blocks]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
        yield Chunk(columns, np.concatenate([block.late_probability for block in chunk_blocks]))


def _format_block(settings: SimulatorSettings, block: Block) -> dict[str, Texts]:
    columns = format_columns(block)
    inject_errors(columns, block.draws, settings.dirt)
    return columns

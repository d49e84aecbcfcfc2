"""The true probabilities behind simulated tables, from the settings or from the sidecar written with a file."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np

from adapters.simulator.blocks import blocks
from adapters.simulator.causes import Floats
from adapters.simulator.draws import BLOCK_ROWS
from adapters.simulator.settings import SimulatorSettings, is_simulated
from adapters.simulator.sidecar import read_sidecar, sidecar_of
from delay_core.ports import ground_truth as port


class GroundTruth(port.GroundTruth):
    """Knows simulator:// URLs, and files (a path or file:// URL) with a sidecar; eight bytes of memory per row."""

    def late_probability(self, url: str) -> Floats | None:
        if is_simulated(url):
            return _drawn(SimulatorSettings.from_url(url))
        table = _path(url)
        if table is None or not table.name or not sidecar_of(table).is_file():
            return None
        return read_sidecar(sidecar_of(table), table)


def _drawn(settings: SimulatorSettings) -> Floats:
    truth = np.empty(settings.rows)
    for number, block in enumerate(blocks(settings)):
        first = number * BLOCK_ROWS
        truth[first : first + len(block.late_probability)] = block.late_probability
    return truth


def _path(url: str) -> Path | None:
    """The file that is meant; None where it lies elsewhere."""
    if "://" not in url:
        return Path(url)
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None

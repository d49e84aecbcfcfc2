"""The true probabilities of simulated tables, from the settings or from the file that was written beside the table."""

from pathlib import Path

import numpy as np

from adapters.simulator.blocks import generate_blocks
from adapters.simulator.causes import Floats
from adapters.simulator.ground_truth_file import ground_truth_path, read_ground_truth
from adapters.simulator.random_draws import BLOCK_ROWS
from adapters.simulator.settings import SimulatorSettings, is_simulated
from delay_core.file_urls import path_of
from delay_core.ports import ground_truth as port


class GroundTruth(port.GroundTruth):
    """Of simulator:// URLs, and of files (a path or file:// URL) with a ground truth file; eight bytes per row."""

    def late_probability(self, url: str) -> Floats | None:
        if is_simulated(url):
            return _generate(SimulatorSettings.from_url(url))
        table = _path(url)
        if table is None or not table.name or not ground_truth_path(table).is_file():
            return None
        return read_ground_truth(ground_truth_path(table), table)


def _generate(settings: SimulatorSettings) -> Floats:
    truth = np.empty(settings.rows)
    for number, block in enumerate(generate_blocks(settings)):
        first = number * BLOCK_ROWS
        truth[first : first + len(block.late_probability)] = block.late_probability
    return truth


def _path(url: str) -> Path | None:
    """The local file of the URL; None for other URLs."""
    return path_of(url) if url.startswith("file:") or "://" not in url else None

"""A bounded sample of a table's rows, taken while the table is read in chunks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_SAMPLED_ROWS = 10_000

Columns = dict[str, NDArray[Any]]


class RowSample:
    """All rows; of more than MAX_SAMPLED_ROWS every second one, of more than twice as many every fourth, and so on."""

    def __init__(self) -> None:
        self._step = 1
        self._rows_read = 0
        self._positions: list[NDArray[np.int64]] = []
        self._chunks: list[Columns] = []

    def add(self, columns: Mapping[str, NDArray[Any]], rows: int) -> None:
        """Add the next rows of the table, columns [rows]; every chunk has the same columns."""
        self._positions.append(np.arange(self._rows_read, self._rows_read + rows))
        self._chunks.append(dict(columns))
        self._rows_read += rows
        while -(-self._rows_read // self._step) > MAX_SAMPLED_ROWS:
            self._step *= 2
        kept = [positions % self._step == 0 for positions in self._positions]
        self._chunks = [
            {name: values[keep] for name, values in chunk.items()}
            for chunk, keep in zip(self._chunks, kept, strict=True)
        ]
        self._positions = [positions[keep] for positions, keep in zip(self._positions, kept, strict=True)]

    def take(self) -> tuple[NDArray[np.int64], Columns]:
        """The positions [sampled] of the rows in the table, in order, and their columns [sampled]."""
        if not self._chunks:
            return np.empty(0, dtype=np.int64), {}
        names = self._chunks[0]
        columns = {name: np.concatenate([chunk[name] for chunk in self._chunks]) for name in names}
        return np.concatenate(self._positions), columns

"""The bootstrap: resamples as counts of how often each row was drawn."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 300
BLOCK_SIZE = 1 << 16
"""Counts per block: a block stays in the processor's cache, and small tables do not cost a call per resample."""


def bootstrap_counts(
    labels: NDArray[np.int8], groups: NDArray[np.int64] | None, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Counts [resamples, rows] in blocks, `RESAMPLES` resamples in all; the same seed gives the same counts.

    The next block overwrites the one before.

    Each resample draws as many rows as there are, with replacement. Where `groups` [rows] says which rows depend on
    each other, it draws whole groups instead. Where the labels [rows] hold both classes, so does every resample.
    """
    generator, rows = np.random.default_rng(seed), len(labels)
    units, unit_index = (rows, None) if groups is None else group_index(groups)
    late = labels.astype(np.int64)
    both_classes = 0 < int(late.sum()) < rows
    buffer = np.empty((max(1, BLOCK_SIZE // rows), rows), dtype=np.int64)
    for start in range(0, RESAMPLES, len(buffer)):
        block = buffer[: RESAMPLES - start]
        for counts in block:
            counts[:] = _draw(generator, units, unit_index)
            while both_classes and not 0 < int((counts * late).sum()) < int(counts.sum()):
                counts[:] = _draw(generator, units, unit_index)
        yield block


def group_index(groups: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """The number of groups, and the index of each row's group [rows]."""
    names, index = np.unique(groups, return_inverse=True)
    return len(names), index.astype(np.int64)


def _draw(generator: np.random.Generator, units: int, unit_index: NDArray[np.int64] | None) -> NDArray[np.int64]:
    counts = np.bincount(generator.integers(0, units, units), minlength=units)
    return counts if unit_index is None else counts[unit_index]

"""Resamples of rows, told by how often each row was drawn."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import Estimate

RESAMPLES = 300
AT_A_TIME = 1 << 16
"""Counts held at a time, so that they stay in the processor's cache: one resample of many rows, or many of a few."""


def draws(labels: NDArray[np.int8], groups: NDArray[np.int64] | None, seed: int) -> Iterator[NDArray[np.int64]]:
    """Counts [resamples, rows], a few resamples at a time, `RESAMPLES` in all; the same for the same seed.

    They are good until the next are asked for, which are written over them.

    As many are drawn as there are, with replacement: rows, or whole groups where `groups` [rows] says which rows
    depend on each other, for then a row more of a group tells little new. Where the labels [rows] hold both classes,
    so does every resample.
    """
    generator, rows = np.random.default_rng(seed), len(labels)
    units, place = (rows, None) if groups is None else group_places(groups)
    late = labels.astype(np.int64)
    both = 0 < int(late.sum()) < rows
    block = np.empty((max(1, AT_A_TIME // rows), rows), dtype=np.int64)
    for start in range(0, RESAMPLES, len(block)):
        some = block[: RESAMPLES - start]
        for counts in some:
            counts[:] = _drawn(generator, units, place)
            while both and not 0 < int((counts * late).sum()) < int(counts.sum()):
                counts[:] = _drawn(generator, units, place)
        yield some


def group_places(groups: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """How many groups there are, and the place of each row's among them [rows]."""
    names, places = np.unique(groups, return_inverse=True)
    return len(names), places.astype(np.int64)


def interval(value: float, drawn: NDArray[np.float64]) -> Estimate:
    """The value with the 95 % interval of what was drawn [resamples]."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value=round(value, 6), low=round(float(low), 6), high=round(float(high), 6))


def _drawn(generator: np.random.Generator, units: int, place: NDArray[np.int64] | None) -> NDArray[np.int64]:
    counts = np.bincount(generator.integers(0, units, units), minlength=units)
    return counts if place is None else counts[place]

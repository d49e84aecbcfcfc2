"""Which digests came before, and how often, in 24 bytes each."""

import numpy as np
from numpy.typing import NDArray

Digests = NDArray[np.bytes_]
"""Digests of 16 bytes [rows], dtype S16."""


class Seen:
    """Sorted runs of digests with their counts; a run is merged into the one before it once it is as long."""

    def __init__(self) -> None:
        self._runs: list[tuple[Digests, NDArray[np.int64]]] = []

    def occurrences(self, names: Digests) -> NDArray[np.int64]:
        """How many times each [rows] has come by now, itself included, in the order of the rows."""
        unique, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
        before = np.zeros(len(unique), dtype=np.int64)
        for known, times in self._runs:
            at = np.minimum(np.searchsorted(known, unique), len(known) - 1)
            before += np.where(known[at] == unique, times[at], 0)
        self._remember(unique, counts.astype(np.int64))
        order = np.argsort(inverse, kind="stable")
        rank = np.empty(len(names), dtype=np.int64)
        rank[order] = np.arange(len(names)) - np.repeat(np.cumsum(counts) - counts, counts)
        return before[inverse] + rank + 1

    def _remember(self, names: Digests, counts: NDArray[np.int64]) -> None:
        if not len(names):
            return
        while self._runs and len(self._runs[-1][0]) <= len(names):
            known, times = self._runs.pop()
            names, place = np.unique(np.concatenate([known, names]), return_inverse=True)
            counts = np.bincount(place, np.concatenate([times, counts])).astype(np.int64)
        self._runs.append((names, counts))

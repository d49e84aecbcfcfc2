"""How often equal content occurs, counted by digests."""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Digests = NDArray[np.bytes_]
"""Digests of 16 bytes [rows], dtype S16."""


def count_occurrences(digests: Sequence[Hashable]) -> list[int]:
    """How many times each digest [rows] has occurred up to its row, itself included."""
    if len(set(digests)) == len(digests):
        return [1] * len(digests)
    counts: Counter[Hashable] = Counter()
    occurrences = []
    for digest in digests:
        counts[digest] += 1
        occurrences.append(counts[digest])
    return occurrences


class OccurrenceCounter:
    """Counts occurrences across the chunks of a table, in 24 bytes for each distinct digest.

    It holds sorted runs of digests with their counts. A run is merged with the one before it once it is as long, so
    that there are at most log2 of the digests.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[Digests, NDArray[np.int64]]] = []

    def count(self, digests: Digests) -> NDArray[np.int64]:
        """As `count_occurrences`, including the digests of earlier calls."""
        unique, inverse, counts = np.unique(digests, return_inverse=True, return_counts=True)
        before = np.zeros(len(unique), dtype=np.int64)
        for known, known_counts in self._runs:
            index = np.minimum(np.searchsorted(known, unique), len(known) - 1)
            before += np.where(known[index] == unique, known_counts[index], 0)
        self._add_run(unique, counts.astype(np.int64))
        order = np.argsort(inverse, kind="stable")
        rank = np.empty(len(digests), dtype=np.int64)
        rank[order] = np.arange(len(digests)) - np.repeat(np.cumsum(counts) - counts, counts)
        return before[inverse] + rank + 1

    def _add_run(self, digests: Digests, counts: NDArray[np.int64]) -> None:
        if not len(digests):
            return
        while self._runs and len(self._runs[-1][0]) <= len(digests):
            known, known_counts = self._runs.pop()
            digests, inverse = np.unique(np.concatenate([known, digests]), return_inverse=True)
            counts = np.bincount(inverse, np.concatenate([known_counts, counts])).astype(np.int64)
        self._runs.append((digests, counts))

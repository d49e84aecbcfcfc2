"""Rows sorted by probability, and resamples of them: what metrics are computed from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class RankedRows:
    """Labels and probabilities [rows] of one model, sorted once; rows of equal probability form a group.

    `order` [rows] sorts the rows by rising probability. For each group [groups], in this order: its probability
    `value`, the ranks `start` and `end` of its rows, its `late` rows, and the late rows in the groups before it.
    """

    def __init__(self, labels: NDArray[np.int8], probabilities: Floats) -> None:
        """Labels of zeros and ones, both present; probabilities without NaN."""
        self.labels, self.probabilities = labels, probabilities
        self.order = np.argsort(probabilities)
        ordered = probabilities[self.order]
        self.start, self.end = equal_runs(ordered)
        self.value = ordered[self.start]
        self.ordered_late = labels[self.order].astype(np.int64)
        late_end = np.cumsum(self.ordered_late)[self.end - 1]
        self.late_before = np.concatenate(([0], late_end[:-1]))
        self.late = late_end - self.late_before
        self.rows, self.late_rows = len(labels), int(late_end[-1])
        self._buffers: _Buffers | None = None

    def resample(self, counts: Integers) -> "ResampledRows":
        """Resamples of these rows, from counts [resamples, rows]; the next call overwrites them. For one thread."""
        if self._buffers is None or self._buffers.size < counts.size:
            self._buffers = _Buffers(counts.size)
        return ResampledRows(self, counts, self._buffers)


class ResampledRows:
    """A block of resamples of ranked rows, from how often each row was drawn: `counts` [resamples, rows].

    For each group of equal probability [resamples, groups]: its rows `drawn`, its `late` ones, both summed up to and
    including this group as `end` and `late_end`, and `double_rank`, twice the middle rank of its rows. For each
    resample [resamples]: its `rows` and `late_rows`; both classes are among them.

    Counts and ranks are exact. Sums of floats are pairwise and never use BLAS, whose order of summation depends on the
    number of cores.
    """

    def __init__(self, ranked: RankedRows, counts: Integers, buffers: "_Buffers") -> None:
        self.ranked, self.counts, self._buffers = ranked, counts, buffers
        self.drawn, self.late, self.end, self.late_end = self._sum_by_group()
        self.rows, self.late_rows = self.end[:, -1], self.late_end[:, -1]
        self.double_rank = buffers.integers(6, self.drawn.shape)
        np.multiply(self.end, 2, out=self.double_rank)
        self.double_rank -= self.drawn

    def total(self, values: NDArray[Any]) -> Floats:
        """The sum of the values [rows] over the rows of each resample [resamples]."""
        products = self._buffers.floats(self.counts.shape)
        return np.asarray(np.multiply(self.counts, values, out=products).sum(axis=1))

    def scratch(self) -> tuple[Integers, Integers, Floats]:
        """Two arrays of integers and one of floats [resamples, groups] to compute in; the next metric overwrites them.

        New arrays of this size cost more time than what is computed in them.
        """
        shape = self.drawn.shape
        return self._buffers.integers(7, shape), self._buffers.integers(8, shape), self._buffers.floats(shape)

    def _sum_by_group(self) -> tuple[Integers, Integers, Integers, Integers]:
        ranked, counts = self.ranked, self.counts
        drawn, late, end, late_end = (self._buffers.integers(slot, counts.shape) for slot in range(4))
        np.take(counts, ranked.order, axis=1, out=drawn, mode="clip")
        np.multiply(drawn, ranked.ordered_late, out=late)
        np.cumsum(drawn, axis=1, out=end)
        np.cumsum(late, axis=1, out=late_end)
        groups = len(ranked.end)
        if groups == ranked.rows:
            return drawn, late, end, late_end
        shape = (len(counts), groups)
        by_group = [self._buffers.integers(slot, shape) for slot in (0, 1)]
        up_to_group = [self._buffers.integers(slot, shape) for slot in (4, 5)]
        for up_to_row, up_to, within in zip((end, late_end), up_to_group, by_group, strict=True):
            np.take(up_to_row, ranked.end - 1, axis=1, out=up_to, mode="clip")
            within[:, 0] = up_to[:, 0]
            np.subtract(up_to[:, 1:], up_to[:, :-1], out=within[:, 1:])
        return by_group[0], by_group[1], up_to_group[0], up_to_group[1]


class _Buffers:
    """The arrays that resamples of the same rows reuse."""

    SLOTS = 9

    def __init__(self, size: int) -> None:
        self.size = size
        self._integers, self._floats = np.empty((self.SLOTS, size), dtype=np.int64), np.empty(size)

    def integers(self, slot: int, shape: tuple[int, ...]) -> Integers:
        """An uninitialized array of this shape; the same memory for the same slot."""
        return self._integers[slot, : shape[0] * shape[1]].reshape(shape)

    def floats(self, shape: tuple[int, ...]) -> Floats:
        """An uninitialized array of this shape; always the same memory."""
        return self._floats[: shape[0] * shape[1]].reshape(shape)


def equal_runs(ordered: Floats) -> tuple[Integers, Integers]:
    """The start [groups] and the end [groups] of each run of equal values in sorted values [rows]."""
    last = np.flatnonzero(ordered[1:] != ordered[:-1])
    end = np.append(last, len(ordered) - 1) + 1
    return np.concatenate(([0], end[:-1])), end

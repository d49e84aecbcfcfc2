"""Resamples scored by how often each row was drawn: sorted once, then a few passes over whole numbers each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.model.ranking import BINS, ties
from delay_core.ports import scoring_metrics as port

PASS = 1 << 16
"""Numbers worked on at a time: they stay in the processor's cache, and small tables cost no call per resample."""

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


class Resampler(port.Resampler):
    """Ranks and counts are exact; what is summed of real numbers is summed pairwise. For one thread at a time.

    Every pass writes into the same arrays: fresh ones of this size cost more than what is computed in them. No BLAS:
    the order of its sums depends on the number of cores.
    """

    def __init__(self, labels: NDArray[np.int8], probabilities: Real, log_losses: Real) -> None:
        self._order = np.argsort(probabilities)
        ordered = probabilities[self._order]
        start, end = ties(ordered)
        self._value = ordered[start]
        self._last, self._tied = end - 1, len(end) < len(ordered)
        self._late = labels[self._order].astype(np.int64)
        self._squares = (probabilities - labels) ** 2
        self._log_losses = log_losses
        self._step = max(1, PASS // len(labels))
        size = self._step * len(labels)
        self._whole, self._real = np.empty((8, size), dtype=np.int64), np.empty(size)

    def __call__(self, counts: Whole) -> Real:
        passes = range(0, len(counts), self._step)
        return np.concatenate([self._scored(counts[at : at + self._step]) for at in passes])

    def _scored(self, counts: Whole) -> Real:
        """One pass; arrays are [resamples, groups of equal probability], and mean what they mean in `Ranking`."""
        of_rows = _shaped(self._real, counts.shape)
        squares = np.multiply(counts, self._squares, out=of_rows).sum(axis=1)
        log_losses = np.multiply(counts, self._log_losses, out=of_rows).sum(axis=1)

        drawn, late, end, late_end = self._by_group(counts)
        middle, twice = (_shaped(whole, drawn.shape) for whole in self._whole[6:])
        real = _shaped(self._real, drawn.shape)
        rows, all_late = end[:, -1].copy(), late_end[:, -1].copy()
        np.multiply(end, 2, out=middle)
        middle -= drawn  # twice the middle rank: start and end together
        np.multiply(drawn, self._value, out=real)
        gaps = _gaps(middle, rows, np.subtract(late, real, out=real))

        np.multiply(late_end, -2, out=twice)
        twice += middle
        twice += late
        twice *= late  # pairs in order, equal ones as half: twice their number
        in_order = twice.sum(axis=1)

        hits, flagged = late_end, end  # at the threshold of each group; computed in their place
        np.subtract(all_late[:, None], late_end, out=hits)
        hits += late
        np.subtract(rows[:, None], end, out=flagged)
        flagged += drawn
        np.maximum(flagged, 1, out=flagged)  # no group of the highest was drawn, and nobody late in them either
        precision = np.divide(hits, flagged, out=real)
        precision *= late
        figures = (
            in_order / (2 * all_late * (rows - all_late)),
            precision.sum(axis=1) / all_late,
            squares / rows,
            log_losses / rows,
            gaps / rows,
        )
        return np.column_stack(figures)

    def _by_group(self, counts: Whole) -> tuple[Whole, Whole, Whole, Whole]:
        """How many of each group were drawn, how many late ones; and both together with the groups below."""
        drawn, late, end, late_end = (_shaped(whole, counts.shape) for whole in self._whole[:4])
        np.take(counts, self._order, axis=1, out=drawn, mode="clip")
        np.multiply(drawn, self._late, out=late)
        np.cumsum(drawn, axis=1, out=end)
        np.cumsum(late, axis=1, out=late_end)
        if not self._tied:
            return drawn, late, end, late_end
        shape = (len(counts), len(self._last))
        of_groups = _shaped(self._whole[0], shape), _shaped(self._whole[1], shape)
        to_groups = _shaped(self._whole[4], shape), _shaped(self._whole[5], shape)
        for to_rows, to, of in zip((end, late_end), to_groups, of_groups, strict=True):
            np.take(to_rows, self._last, axis=1, out=to, mode="clip")
            of[:, 0] = to[:, 0]
            np.subtract(to[:, 1:], to[:, :-1], out=of[:, 1:])
        return *of_groups, *to_groups


def _shaped(flat: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return flat[: shape[0] * shape[1]].reshape(shape)


def _gaps(middle: Whole, rows: Whole, gap: Real) -> Real:
    """How far the bins of each resample are off, in rows [resamples]; bins as in `middle_bins`."""
    found = np.empty(len(middle))
    firsts = -(-2 * rows[:, None] * np.arange(BINS) // BINS)
    for i, ranks in enumerate(middle):
        begin = np.searchsorted(ranks, firsts[i])
        begin = np.unique(begin[begin < len(ranks)])  # an empty bin begins where the next does
        found[i] = np.abs(np.add.reduceat(gap[i], begin)).sum()
    return found

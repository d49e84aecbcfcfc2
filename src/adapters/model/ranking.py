"""Rows in the order of their probabilities, equal ones as one group: what the ranking figures are made of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 10


class Ranking(NamedTuple):
    """Groups of equal probability, rising; arrays [groups], of ranks and counts in rows."""

    value: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    late: NDArray[np.int64]
    late_before: NDArray[np.int64]

    def roc_auc(self) -> float:
        """The share of (late, on-time) pairs in the right order, equal ones as half; exact in whole numbers."""
        rows, late = int(self.end[-1]), int(self.late_before[-1] + self.late[-1])
        on_time = self.end - self.start - self.late
        on_time_before = self.start - self.late_before
        twice = int((self.late * (2 * on_time_before + on_time)).sum())
        return twice / (2 * late * (rows - late))

    def pr_auc(self) -> float:
        """Average precision: the precision at each threshold, weighted by the recall that it adds."""
        rows, late = int(self.end[-1]), int(self.late_before[-1] + self.late[-1])
        precision = (late - self.late_before) / (rows - self.start)
        return float((self.late * precision).sum()) / late

    def ece(self) -> float:
        """Mean distance of probability and late share over bins of equal counts, weighted by their rows.

        Equal probabilities are never parted: a group belongs to the bin of its middle rank.
        So a constant prediction is one bin, and its error is its distance from the late rate.
        """
        gap = np.bincount(middle_bins(self.start, self.end), weights=self.late - (self.end - self.start) * self.value)
        return float(np.abs(gap).sum()) / int(self.end[-1])


def ranking(labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> Ranking:
    """Sort once. Labels [rows] of zeros and ones, both present; probabilities [rows] without NaN."""
    order = np.argsort(probabilities)
    ordered = probabilities[order]
    start, end = ties(ordered)
    late_to = np.cumsum(labels[order], dtype=np.int64)[end - 1]
    late_before = np.concatenate(([0], late_to[:-1]))
    return Ranking(ordered[start], start, end, late_to - late_before, late_before)


def ties(ordered: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where groups of equal values start [groups], and where they end."""
    last = np.flatnonzero(ordered[1:] != ordered[:-1])
    end = np.append(last, len(ordered) - 1) + 1
    return np.concatenate(([0], end[:-1])), end


def middle_bins(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bin of equal counts that each group's middle rank lies in [groups], 0 to 9."""
    return np.asarray((start + end) * BINS // (2 * int(end[-1])))

"""The expected calibration error (ECE): how far probabilities are from the share of late rows, in ten bins.

Each bin holds about as many rows as the others. Rows of equal probability are never separated: they belong to the bin
of their middle rank. So a constant prediction makes one bin, and its error is its distance from the late rate.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation.bootstrap import RESAMPLES, group_index
from delay_core.evaluation.ranked_rows import Floats, Integers, RankedRows, ResampledRows, equal_runs

BINS = 10
NOISE_QUANTILE = 0.95


class CalibrationBins(NamedTuple):
    """Bins that hold rows, by rising probability [bins]: mean probability, share of late rows, number of rows."""

    mean: Floats
    late_share: Floats
    rows: Integers


def calibration_error(ranked: RankedRows) -> float:
    """The mean distance between the probability and the share of late rows over the bins, weighted by their rows."""
    drawn = ranked.end - ranked.start
    gaps = np.bincount(_bins(ranked.start, ranked.end), weights=ranked.late - drawn * ranked.value)
    return float(np.abs(gaps).sum()) / ranked.rows


def resampled_calibration_error(resampled: ResampledRows) -> Floats:
    """The same for each resample [resamples], whose bins hold equal counts of the rows drawn."""
    _, _, gaps = resampled.scratch()
    np.multiply(resampled.drawn, resampled.ranked.value, out=gaps)
    np.subtract(resampled.late, gaps, out=gaps)
    totals = np.empty(len(gaps))
    bin_starts = -(-2 * resampled.rows[:, None] * np.arange(BINS) // BINS)
    for index, double_ranks in enumerate(resampled.double_rank):
        starts = np.searchsorted(double_ranks, bin_starts[index])
        starts = np.unique(starts[starts < len(double_ranks)])  # an empty bin starts where the next one does
        totals[index] = np.abs(np.add.reduceat(gaps[index], starts)).sum()
    return np.asarray(totals / resampled.rows)


def calibration_bins(labels: NDArray[np.int8], probabilities: Floats) -> CalibrationBins:
    """At most ten bins of labels [rows] and probabilities [rows], both classes present or not."""
    value, group, rows = np.unique(probabilities, return_inverse=True, return_counts=True)
    end = np.cumsum(rows)
    bins = _bins(end - rows, end)
    late = np.bincount(group, weights=labels)
    per_bin = np.bincount(bins, weights=rows)
    filled = per_bin > 0
    mean = np.bincount(bins, weights=value * rows)[filled] / per_bin[filled]
    late_share = np.bincount(bins, weights=late)[filled] / per_bin[filled]
    return CalibrationBins(mean, late_share, per_bin[filled].astype(np.int64))


def bin_index(probabilities: Floats) -> Integers:
    """The bin of each row [rows], 0 to 9."""
    order = np.argsort(probabilities)
    start, end = equal_runs(probabilities[order])
    index = np.empty(len(order), dtype=np.int64)
    index[order] = np.repeat(_bins(start, end), end - start)
    return index


def ece_noise_floor(
    labels: NDArray[np.int8], probabilities: Floats, seed: int, *, groups: NDArray[np.int64] | None = None
) -> float:
    """The 95 % quantile of the ECE under perfect calibration, for labels [rows] and probabilities [rows].

    Few rows show a calibration error even where every probability is true: 150 rows reach .1 that way, 10,000 rows
    .015. If the probabilities are true, outcomes lie on both sides of them alike. So the signs of the differences
    [rows] are drawn at random, the same sign for the rows of a group, and the error is computed again.
    """
    bins = bin_index(probabilities)
    units, unit_index = (len(labels), np.arange(len(labels))) if groups is None else group_index(groups)
    differences = labels - probabilities
    generator, errors = np.random.default_rng(seed), np.empty(RESAMPLES)
    for index in range(RESAMPLES):
        signs = generator.integers(0, 2, units, dtype=np.int8) * 2.0 - 1
        errors[index] = np.abs(np.bincount(bins, weights=differences * signs[unit_index])).sum() / len(labels)
    return float(np.quantile(errors, NOISE_QUANTILE))


def _bins(start: Integers, end: Integers) -> Integers:
    """The bin of each group's middle rank [groups], from the ranks of its first row and after its last row [groups]."""
    return np.asarray((start + end) * BINS // (2 * int(end[-1])))

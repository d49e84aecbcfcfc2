"""Shipments in bins of equal counts, by their probability."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 10


class CalibrationBins(NamedTuple):
    """Per bin: mean probability, share of late shipments, and how many shipments."""

    mean: NDArray[np.float64]
    late_share: NDArray[np.float64]
    shipments: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of the two, weighted by shipments."""
        return float(np.average(np.abs(self.mean - self.late_share), weights=self.shipments))


def calibration_bins(labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> CalibrationBins:
    """At most ten bins; equal probabilities share the bin of their middle rank, so a constant makes one bin."""
    value, group, rows = np.unique(probabilities, return_inverse=True, return_counts=True)
    late = np.bincount(group, weights=labels)
    end = np.cumsum(rows)
    bin_of = (2 * end - rows) * BINS // (2 * len(labels))
    shipments = np.bincount(bin_of, weights=rows)
    filled = shipments > 0
    mean = np.bincount(bin_of, weights=value * rows)[filled] / shipments[filled]
    late_share = np.bincount(bin_of, weights=late)[filled] / shipments[filled]
    return CalibrationBins(mean, late_share, shipments[filled].astype(np.int64))

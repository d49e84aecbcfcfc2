"""Of what was predicted with a probability, how much came late: counts of predictions with known outcomes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BANDS = 10
"""Bands of equal width, from the lowest probabilities; each contains its lower edge, the last one also 1."""
BAND_EDGES = tuple(band / BANDS for band in range(1, BANDS))
"""The lower edges of all bands but the first."""


@dataclass(frozen=True, slots=True)
class BandCounts:
    """The predictions of one band with a known outcome: their number, how many came late, the sum of probabilities."""

    band: int
    known: int
    late: int
    probability_sum: float


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """The predictions of a model in a window.

    `rows` is the number of all, `sampled_rows` of those that were read, `acted_on` of those among them on whose
    shipments somebody acted: they are in no band, because acting may have changed the outcome. Bands without a known
    outcome are absent.
    """

    rows: int
    sampled_rows: int
    acted_on: int
    bands: tuple[BandCounts, ...]


class ReliabilityReader(Protocol):
    """Counts in the store, whatever the number of rows. Raises StoreError."""

    def count(self, model_name: str, since: datetime, until: datetime, max_rows: int) -> WindowCounts:
        """Counts of the predictions from `since` on and before `until`, both at midnight in UTC.

        Of more than `max_rows` predictions, random bits of their ids choose a sample (`uuid7.sample_limit`). The
        current outcome of a shipment counts.
        """
        ...

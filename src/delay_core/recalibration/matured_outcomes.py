"""Predictions whose outcomes are known, in the order in which they became known."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class MaturedOutcomes:
    """Shipments with known outcomes, in the order in which these count; all arrays [rows].

    `scores` are the uncalibrated probabilities of the model that serves, for every row: predictions of earlier versions
    are made again by it. `labels` are 1 (late) or 0. `known_at` (UTC) is when an outcome counts: once it is recorded
    and the deadline of the shipment has passed, because before that outcomes arrive in an order that depends on them.
    `acted` marks shipments on which somebody acted before the outcome was known. `covered` says whether the label set
    that was served with the prediction holds the outcome. `groups` numbers rows that depend on each other.

    Raises ValueError if the arrays differ in length, or `known_at` falls.
    """

    scores: NDArray[np.float64]
    labels: NDArray[np.int8]
    known_at: NDArray[np.datetime64]
    acted: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    groups: NDArray[np.int64]

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"matured outcomes need arrays of one length, not {lengths}")
        if (self.known_at[1:] < self.known_at[:-1]).any():
            raise ValueError("matured outcomes must be sorted by known_at")

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, rows: NDArray[np.bool_] | slice) -> "MaturedOutcomes":
        """The rows of a mask [rows] or of a slice, in the same order."""
        arrays: dict[str, Any] = {field.name: getattr(self, field.name)[rows] for field in fields(self)}
        return MaturedOutcomes(**arrays)

    def known_between(self) -> tuple[datetime, datetime] | None:
        """When the first and the last of them became known (UTC); None without rows."""
        if not len(self):
            return None
        first, last = self.known_at[[0, -1]].astype("datetime64[us]").astype(datetime)
        return first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)

"""Rows to train on: encoded ones, and the raw ones that folds are encoded from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns


@dataclass(frozen=True)
class TrainingRows:
    """Rows in time order: features [rows, features], labels [rows], times [rows] (prediction points, UTC), since when
    each outcome is known [rows] (UTC), and where rows come in groups the code of each one's [rows].
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    times: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]
    groups: NDArray[np.int64] | None = None

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "TrainingRows":
        groups = None if self.groups is None else self.groups[rows]
        return TrainingRows(self.features[rows], self.labels[rows], self.times[rows], self.known_at[rows], groups)

    @property
    def has_both_classes(self) -> bool:
        """Whether late and on-time shipments are both among them."""
        return 0 < int(self.labels.sum()) < len(self.labels)


@dataclass(frozen=True)
class RawRows:
    """Rows in time order, not encoded yet: canonical columns, each [rows], and of each row [rows] what training asks.

    `judged` is True for the rows of the validation part, which are the latest.
    """

    columns: Columns
    labels: NDArray[np.int8]
    times: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]
    judged: NDArray[np.bool_]
    groups: NDArray[np.int64] | None = None

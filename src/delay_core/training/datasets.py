"""Rows for training: encoded ones, and raw ones from which each fold is encoded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns
from delay_core.ports.model_trainer import TrainingSet


@dataclass(frozen=True)
class EncodedDataset:
    """Encoded rows in time order.

    `features` [rows, features]; `labels` [rows]; `times` [rows], the prediction points, UTC; `known_at` [rows], since
    when each outcome is known, UTC; `groups` [rows], the code of each row's group, or None.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    times: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]
    groups: NDArray[np.int64] | None = None

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "EncodedDataset":
        groups = None if self.groups is None else self.groups[rows]
        return EncodedDataset(self.features[rows], self.labels[rows], self.times[rows], self.known_at[rows], groups)

    def with_features(self, positions: Sequence[int]) -> "EncodedDataset":
        """The same rows with the features at these positions only."""
        return replace(self, features=self.features[:, positions])

    @property
    def has_both_classes(self) -> bool:
        """Whether both late and on-time shipments are among the rows."""
        return has_both_classes(self.labels)

    def training_set(self, half_life: float | None = None) -> TrainingSet:
        """The rows to fit a model on, weighted by `recency_weights`."""
        return TrainingSet(self.features, self.labels, recency_weights(self.times, half_life))


@dataclass(frozen=True)
class RawDataset:
    """Rows in time order that are not encoded yet: canonical columns, each [rows]; otherwise as `EncodedDataset`.

    `is_validation` [rows] is True for the rows of the validation split, which are the latest.
    """

    columns: Columns
    labels: NDArray[np.int8]
    times: NDArray[np.datetime64]
    known_at: NDArray[np.datetime64]
    is_validation: NDArray[np.bool_]
    groups: NDArray[np.int64] | None = None


def has_both_classes(labels: NDArray[np.int8]) -> bool:
    """Whether both zeros and ones are among the labels [rows]."""
    return 0 < int(labels.sum()) < len(labels)


def recency_weights(times: NDArray[np.datetime64], half_life: float | None) -> NDArray[np.float64] | None:
    """The weight of each row [rows], 1 on average: it halves with every half-life before the last row.

    `times` [rows] are prediction points; `half_life` is a share of the time that they span. None if all rows count the
    same.
    """
    if half_life is None:
        return None
    seconds = (times - times.max()) / np.timedelta64(1, "s")
    span = -float(seconds.min())
    if not span:
        return None
    weights = 0.5 ** (-seconds / (half_life * span))
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled

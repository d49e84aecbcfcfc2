"""Folds in time order: the validation rows in blocks, each predicted by models that are fitted on earlier rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns, FeatureEncoder
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import EncodedDataset, RawDataset, has_both_classes

N_FOLDS = 4
MAX_TRAIN_ROWS = 100_000
"""A fold trains on at most this many rows, the latest ones: this bounds the cost of a search, not of the final fit."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fold:
    """Which rows [rows] are used for fitting, and which for validation."""

    train: Mask
    validation: Mask


@dataclass(frozen=True)
class EncodedFold:
    """The encoded rows of a fold."""

    train: EncodedDataset
    validation: EncodedDataset


def time_folds(rows: RawDataset) -> tuple[Fold, ...]:
    """At most `N_FOLDS` folds in time order; each row of the validation split is in at most one of them.

    Rows of equal time are in the same fold. The training rows of a fold have an outcome that was known when its
    validation rows begin, share no group with them, and are of both classes; a fold without such rows is left out.
    """
    validation = np.flatnonzero(rows.is_validation)
    starts = np.unique(rows.times[validation[len(validation) * np.arange(N_FOLDS) // N_FOLDS]])
    folds = (_fold(rows, start, end) for start, end in zip(starts, [*starts[1:], None], strict=True))
    return tuple(fold for fold in folds if has_both_classes(rows.labels[fold.train]))


def encode_fold(schema: ShipmentSchema, rows: RawDataset, fold: Fold, left_out: Collection[str] = ()) -> EncodedFold:
    """The rows of a fold, encoded by an encoder that is fitted on its training rows alone.

    `left_out` names calendar features that it does not have.
    """
    encoder = FeatureEncoder.fit(schema, _LazySubset(rows.columns, fold.train)).without_calendar(left_out)
    return EncodedFold(_encode(encoder, rows, fold.train), _encode(encoder, rows, fold.validation))


def _fold(rows: RawDataset, start: np.datetime64, end: np.datetime64 | None) -> Fold:
    validation = rows.is_validation & (rows.times >= start)
    if end is not None:
        validation &= rows.times < end
    train = (rows.times < start) & (rows.known_at <= start)
    if rows.groups is not None:
        train &= ~np.isin(rows.groups, rows.groups[validation])
    train[np.flatnonzero(train)[:-MAX_TRAIN_ROWS]] = False
    return Fold(train, validation)


def _encode(encoder: FeatureEncoder, rows: RawDataset, mask: Mask) -> EncodedDataset:
    columns = {name: rows.columns[name][mask] for name in encoder.columns}
    groups = None if rows.groups is None else rows.groups[mask]
    return EncodedDataset(encoder.encode(columns), rows.labels[mask], rows.times[mask], rows.known_at[mask], groups)


class _LazySubset(dict[str, NDArray[Any]]):
    """The columns of a subset of rows. Each is cut out when it is read, and not kept."""

    def __init__(self, columns: Columns, rows: Mask) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows

    def __missing__(self, name: str) -> NDArray[Any]:
        return self._columns[name][self._rows]

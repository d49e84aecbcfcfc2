"""Folds that respect time: the validation rows in blocks, each judged by what was learned from the rows before it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.features import Columns, FeatureEncoder
from delay_core.schema import ShipmentSchema
from delay_core.training.rows import RawRows, TrainingRows

BLOCKS = 4
MOST_LEARNED = 100_000
"""A fold learns from so many rows at most, the latest: that bounds the cost of a search, not of the final fit."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Fold:
    """Which rows [rows] learn, and which are judged."""

    learn: Mask
    judge: Mask


@dataclass(frozen=True)
class FoldRows:
    """The encoded rows of a fold."""

    learn: TrainingRows
    judge: TrainingRows


def time_folds(rows: RawRows) -> tuple[Fold, ...]:
    """Up to `BLOCKS` folds in time order; each row of the validation part is judged once.

    Equal times are in one block. What learns was known when its block began, shares no group with it, and holds both
    classes: a block before which there is no such thing is judged by nobody.
    """
    validation = np.flatnonzero(rows.judged)
    starts = np.unique(rows.times[validation[len(validation) * np.arange(BLOCKS) // BLOCKS]])
    folds = (_fold(rows, start, end) for start, end in zip(starts, [*starts[1:], None], strict=True))
    return tuple(fold for fold in folds if 0 < int(rows.labels[fold.learn].sum()) < int(fold.learn.sum()))


def encoded_fold(schema: ShipmentSchema, rows: RawRows, fold: Fold) -> FoldRows:
    """Both sides as an encoder sees them that was fitted on the learning side alone."""
    encoder = FeatureEncoder.fit(schema, _Masked(rows.columns, fold.learn))
    return FoldRows(_encoded(encoder, rows, fold.learn), _encoded(encoder, rows, fold.judge))


def _fold(rows: RawRows, start: np.datetime64, end: np.datetime64 | None) -> Fold:
    judge = rows.judged & (rows.times >= start)
    if end is not None:
        judge &= rows.times < end
    learn = (rows.times < start) & (rows.known_at <= start)
    if rows.groups is not None:
        learn &= ~np.isin(rows.groups, rows.groups[judge])
    learn[np.flatnonzero(learn)[:-MOST_LEARNED]] = False
    return Fold(learn, judge)


def _encoded(encoder: FeatureEncoder, rows: RawRows, wanted: Mask) -> TrainingRows:
    columns = {name: rows.columns[name][wanted] for name in encoder.columns}
    groups = None if rows.groups is None else rows.groups[wanted]
    return TrainingRows(encoder.encode(columns), rows.labels[wanted], rows.times[wanted], rows.known_at[wanted], groups)


class _Masked(dict[str, NDArray[Any]]):
    """The columns of some rows, each cut out when asked for and kept by nobody."""

    def __init__(self, columns: Columns, rows: Mask) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows

    def __missing__(self, name: str) -> NDArray[Any]:
        return self._columns[name][self._rows]

"""Historical late rates by key: target encoding that uses only outcomes known before the day of the prediction."""

from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from delay_core.canonical_text import SEPARATOR, add_canonical_keys
from delay_core.reserved_names import KNOWN_AT, LATE
from delay_core.transformers.base import MIN_CATEGORY_ROWS, Columns, FeatureTransformer, Matrix

SMOOTHING_ROWS = 20
"""The rate of all shipments has the weight of this many outcomes of the key."""
DAY_RANGE = 1 << 24
"""An upper bound of the days between any two dates."""
GLOBAL_KEY = ""

Days = NDArray[np.int64]


class OutcomeHistory(BaseModel):
    """Cumulative counts of outcomes by key and by the day on which they became known; a key's days increase.

    `keys[i]` has the entries `starts[i]` to `starts[i + 1]` of `days` (UTC, as `day_of` counts), `rows` and `late`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    days: tuple[int, ...]
    rows: tuple[int, ...]
    late: tuple[int, ...]

    @classmethod
    def of_rows(cls, columns: tuple[str, ...], train: Columns) -> Self:
        """Count the known outcomes of training rows by their values in these columns."""
        is_known = ~np.isnan(train[LATE])
        days, late = day_of(train[KNOWN_AT][is_known]), train[LATE][is_known]
        return cls.count(join_keys(train, columns)[is_known], days, late, MIN_CATEGORY_ROWS)

    @classmethod
    def count(cls, keys: NDArray[np.object_], days: Days, late: NDArray[np.float64], min_rows: int) -> Self:
        """Count outcomes [rows]; a key with fewer than `min_rows` is left out."""
        code, names = pd.factorize(keys, sort=True)
        is_frequent = np.bincount(code, minlength=len(names)) >= min_rows
        code = np.where(is_frequent, np.cumsum(is_frequent) - 1, -1)[code]
        is_kept = code >= 0
        entry, inverse = np.unique(code[is_kept] * DAY_RANGE + days[is_kept], return_inverse=True)
        owner = entry // DAY_RANGE
        starts = np.searchsorted(owner, np.arange(int(is_frequent.sum()) + 1))
        rows = np.bincount(inverse, minlength=len(entry))
        late_rows = np.bincount(inverse, late[is_kept], minlength=len(entry))
        return cls(
            keys=tuple(map(str, np.asarray(names)[is_frequent])),
            starts=tuple(starts.tolist()),
            days=tuple((entry % DAY_RANGE).tolist()),
            rows=tuple(_grouped_cumsum(rows, starts).tolist()),
            late=tuple(_grouped_cumsum(late_rows, starts).astype(np.int64).tolist()),
        )

    def before(self, keys: NDArray[np.object_], days: Days) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Outcomes, and late ones among them, [rows] each, that were known of each key before its day."""
        codes = self._codes
        code = np.fromiter((codes.get(key, -1) for key in keys), np.int64, len(keys))
        index = np.searchsorted(self._entries, code * DAY_RANGE + days) - 1
        has_history = (code >= 0) & (index >= 0)
        has_history[has_history] = self._entries[index[has_history]] // DAY_RANGE == code[has_history]
        index = np.where(has_history, index, 0)
        rows, late = self._totals
        return np.where(has_history, rows[index], 0.0), np.where(has_history, late[index], 0.0)

    @cached_property
    def _codes(self) -> dict[str | None, int]:
        return add_canonical_keys({key: code for code, key in enumerate(self.keys)})

    @cached_property
    def _entries(self) -> NDArray[np.int64]:
        owner = np.repeat(np.arange(len(self.keys)), np.diff(self.starts))
        return owner * DAY_RANGE + np.array(self.days, dtype=np.int64)

    @cached_property
    def _totals(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array([*self.rows, 0], dtype=np.float64), np.array([*self.late, 0], dtype=np.float64)


class OutcomeFeature(FeatureTransformer):
    """A number computed from the outcomes of shipments that share a key, known before the day of the prediction.

    The history ends with the rows that the encoder was fitted on, in training and in serving alike.
    """

    name: str
    keys: tuple[str, ...] = Field(alias="by")
    prediction_point: str = Field(alias="point")
    history: OutcomeHistory

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, self.prediction_point)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


class HistoricalLateRate(OutcomeFeature):
    """The smoothed late rate of shipments that share a key: few outcomes draw it to the rate of all shipments."""

    kind: Literal["late_rate"] = "late_rate"
    source_name: str = Field(alias="made_from")
    overall: OutcomeHistory = Field(alias="everything")

    @classmethod
    def fit(cls, name: str, source_name: str, keys: tuple[str, ...], prediction_point: str, train: Columns) -> Self:
        """Count the known outcomes of the training rows by the values of the columns `keys`, and all of them."""
        is_known = ~np.isnan(train[LATE])
        days, late = day_of(train[KNOWN_AT][is_known]), train[LATE][is_known]
        return cls(
            name=name,
            source_name=source_name,
            keys=keys,
            prediction_point=prediction_point,
            history=OutcomeHistory.of_rows(keys, train),
            overall=OutcomeHistory.count(np.full(len(days), GLOBAL_KEY, dtype=object), days, late, 1),
        )

    @classmethod
    def of_category(cls, column: str, prediction_point: str, train: Columns) -> Self:
        """The late rate that accompanies the indicators of a categorical column."""
        return cls.fit(f"{column}: late rate so far", column, (column,), prediction_point, train)

    @property
    def source(self) -> str:
        return self.source_name

    def encode(self, columns: Columns, out: Matrix) -> None:
        days = day_of(columns[self.prediction_point])
        all_rows, all_late = self.overall.before(np.full(len(days), GLOBAL_KEY, dtype=object), days)
        rows, late = self.history.before(join_keys(columns, self.keys), days)
        rate = (all_late + 0.5) / (all_rows + 1)
        out[:, 0] = (late + SMOOTHING_ROWS * rate) / (rows + SMOOTHING_ROWS)


def day_of(times: NDArray[np.datetime64]) -> Days:
    """The day of each UTC time [rows], counted from a day so early that no number is negative."""
    return times.astype("datetime64[D]").astype(np.int64) + DAY_RANGE // 2


def join_keys(columns: Columns, names: tuple[str, ...]) -> NDArray[np.object_]:
    """The values of these canonical columns, joined into one key for each row [rows]."""
    if len(names) == 1:
        values = columns[names[0]]
        return np.array(["\x00" if value is None else value for value in values], dtype=object)
    rows = zip(*(columns[name] for name in names), strict=True)
    return np.array([SEPARATOR.join("\x00" if v is None else v for v in row) for row in rows], dtype=object)


def _grouped_cumsum(counts: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Cumulative sums that restart at each position in `starts`."""
    total = np.concatenate(([0], np.cumsum(counts)))
    sums: NDArray[Any] = total[1:] - np.repeat(total[starts[:-1]], np.diff(starts))
    return sums

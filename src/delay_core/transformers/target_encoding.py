"""Historical late rates by key: target encoding that uses only outcomes known before the day of the prediction."""

from abc import abstractmethod
from collections.abc import Sequence
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


class OutcomeSearch:
    """Searches several histories at once: for one row, each call of NumPy costs more than its arithmetic."""

    def __init__(self, histories: Sequence[OutcomeHistory]) -> None:
        """Number the keys of all histories from 1; 0 is the key without outcomes."""
        self._codes: list[dict[str | None, int]] = []
        starts, days, rows, late = [0], list[int](), list[int](), list[int]()
        for history in histories:
            self._codes.append(add_canonical_keys({key: code for code, key in enumerate(history.keys, len(starts))}))
            starts.extend(len(days) + start for start in history.starts[:-1])
            days.extend(history.days)
            rows.extend(history.rows)
            late.extend(history.late)
        owner = np.repeat(np.arange(1, len(starts)), np.diff([*starts[1:], len(days)]))
        # Each key begins with an entry without outcomes, on a day before all others.
        first = np.arange(len(starts)) * DAY_RANGE - 1
        self._entries = np.insert(owner * DAY_RANGE + np.array(days, dtype=np.int64), starts, first)
        self._rows, self._late = (
            np.concatenate(([0.0], np.insert(np.array(counts, dtype=np.float64), starts, 0))) for counts in (rows, late)
        )
        """Totals up to the entry before each position."""

    def before(self, keys: Sequence[Sequence[str]], days: Days) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Outcomes, and late ones among them, [histories, rows] each, that were known of each key before its day.

        `keys` holds the key of each row for each history.
        """
        pairs = zip(self._codes, keys, strict=True)
        numbers = (codes.get(key, 0) for codes, of_rows in pairs for key in of_rows)
        code = np.fromiter(numbers, np.int64, len(keys) * len(days)).reshape(len(keys), len(days))
        position = np.searchsorted(self._entries, code * DAY_RANGE + days)
        return self._rows[position], self._late[position]


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

    @property
    def histories(self) -> tuple[tuple[tuple[str, ...], OutcomeHistory], ...]:
        """The histories that the feature is computed from, each with the columns of its keys."""
        return ((self.keys, self.history),)

    @staticmethod
    @abstractmethod
    def compute(rows: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values [features, rows] from outcomes, and late ones among them, [histories, features, rows] each."""

    def encode(self, columns: Columns, out: Matrix) -> None:
        self._block.encode(columns, out)

    @cached_property
    def _block(self) -> "OutcomeBlock":
        return OutcomeBlock([(self, 0)])


class OutcomeBlock:
    """All features of one class of an encoder together: the same bits as one by one."""

    def __init__(self, positioned: Sequence[tuple[OutcomeFeature, int]]) -> None:
        """`positioned` holds each feature with the position of its column in the matrix."""
        features = [feature for feature, _ in positioned]
        by_kind = list(zip(*(feature.histories for feature in features), strict=True))
        self._keys = [keys for of_features in by_kind for keys, _ in of_features]
        self._search = OutcomeSearch([history for of_features in by_kind for _, history in of_features])
        self._shape = len(by_kind), len(features)
        [self._prediction_point] = {feature.prediction_point for feature in features}
        self._compute = features[0].compute
        self._positions = np.array([position for _, position in positioned])

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write the features to their columns of the whole matrix [rows, features]."""
        days = day_of(columns[self._prediction_point])
        keys = {names: list_keys(columns, names, len(days)) for names in self._keys}
        rows, late = self._search.before([keys[names] for names in self._keys], days)
        shape = *self._shape, len(days)
        matrix.T[self._positions] = self._compute(rows.reshape(shape), late.reshape(shape))


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

    @property
    def histories(self) -> tuple[tuple[tuple[str, ...], OutcomeHistory], ...]:
        return (*super().histories, ((), self.overall))

    @staticmethod
    def compute(rows: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:
        rate = (late[1] + 0.5) / (rows[1] + 1)
        smoothed: NDArray[np.float64] = (late[0] + SMOOTHING_ROWS * rate) / (rows[0] + SMOOTHING_ROWS)
        return smoothed


def day_of(times: NDArray[np.datetime64]) -> Days:
    """The day of each UTC time [rows], counted from a day so early that no number is negative."""
    return times.astype("datetime64[D]").astype(np.int64) + DAY_RANGE // 2


def join_keys(columns: Columns, names: tuple[str, ...]) -> NDArray[np.object_]:
    """The values of these canonical columns, joined into one key for each row [rows]."""
    return np.array(list_keys(columns, names, len(columns[names[0]])), dtype=object)


def list_keys(columns: Columns, names: tuple[str, ...], rows: int) -> list[str]:
    """`join_keys` as a list; GLOBAL_KEY for each row if there are no columns."""
    if not names:
        return [GLOBAL_KEY] * rows
    if len(names) == 1:
        return ["\x00" if value is None else value for value in columns[names[0]].tolist()]
    joined = zip(*(columns[name].tolist() for name in names), strict=True)
    return [SEPARATOR.join("\x00" if value is None else value for value in row) for row in joined]


def _grouped_cumsum(counts: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Cumulative sums that restart at each position in `starts`."""
    total = np.concatenate(([0], np.cumsum(counts)))
    sums: NDArray[Any] = total[1:] - np.repeat(total[starts[:-1]], np.diff(starts))
    return sums

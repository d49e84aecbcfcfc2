"""Outcomes by key and day, and how many of them were known before a day."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from delay_core.canonical_text import SEPARATOR, add_canonical_keys
from delay_core.reserved_names import KNOWN_AT, LATE
from delay_core.transformers.base import MIN_CATEGORY_ROWS, Columns
from delay_core.transformers.state_checks import DAY_RANGE, Count, Day, check_one_more

GLOBAL_KEY = ""
"""The key of all shipments."""

Days = NDArray[np.int64]


class OutcomeHistory(BaseModel):
    """Cumulative counts of outcomes by key and by the day on which they became known; a key's days increase.

    `keys[i]` has the entries `starts[i]` to `starts[i + 1]` of `days` (UTC, as `day_of` counts), `rows` and `late`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    keys: tuple[str, ...]
    starts: tuple[Count, ...]
    days: tuple[Day, ...]
    rows: tuple[Count, ...]
    late: tuple[Count, ...]

    @model_validator(mode="after")
    def _check_entries(self) -> Self:
        entries = len(self.days)
        if not entries == len(self.rows) == len(self.late):
            raise ValueError(f"{entries} days, {len(self.rows)} rows, {len(self.late)} late: an entry has one of each")
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("keys must differ")
        check_one_more("starts", self.starts, "keys", self.keys)
        starts, sizes = np.array(self.starts[:-1], dtype=np.int64), np.diff(self.starts)
        if self.starts[0] != 0 or self.starts[-1] != entries or not np.all(sizes > 0):
            raise ValueError(f"starts must increase from 0 to the number of entries, {entries}")
        owner = np.repeat(np.arange(len(starts)), sizes)
        falls = np.flatnonzero(np.diff(owner * DAY_RANGE + np.array(self.days, dtype=np.int64)) <= 0)
        if len(falls):
            raise ValueError(f"the days of a key must increase; those of entries {falls[0]} and {falls[0] + 1} do not")
        rows, late = (_grouped_differences(counts, starts) for counts in (self.rows, self.late))
        wrong = np.flatnonzero((rows <= 0) | (late < 0) | (late > rows))
        if len(wrong):
            raise ValueError(f"rows of a key must increase, and late by at most as much; entry {wrong[0]} does not")
        return self

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


def _grouped_differences(totals: Sequence[int], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The terms of cumulative sums that restart at each position in `starts`."""
    sums = np.array(totals, dtype=np.int64)
    terms = np.diff(sums, prepend=0)
    terms[starts] = sums[starts]
    return terms

"""Calendar parts of timestamps, and days since the first training row."""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.transformers.base import Columns, ColumnTransformer, Matrix

CalendarPart = Literal["hour", "weekday", "month"]
TREND = "trend"
MISSING = -1
"""The feature of a missing time: no calendar part is negative."""

Times = NDArray[np.datetime64]


class CalendarFeature(ColumnTransformer):
    """Parts of a UTC time, in the schema's timezone: hour 0–23, weekday 0 (Monday)–6, month 1–12; -1 if missing."""

    kind: Literal["calendar"] = "calendar"
    parts: tuple[CalendarPart, ...]
    timezone: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column}: {part}" for part in self.parts)

    def without(self, names: Collection[str]) -> Self | None:
        """With the features of other names only; None if there are none."""
        parts = tuple(part for part, name in zip(self.parts, self.names, strict=True) if name not in names)
        return type(self)(column=self.column, parts=parts, timezone=self.timezone) if parts else None

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = _to_local(columns[self.column], self.timezone)
        microseconds = local.view(np.int64)
        for position, part in enumerate(self.parts):
            out[:, position] = _PARTS[part](microseconds)
        is_missing = np.isnat(local)
        if np.count_nonzero(is_missing):
            out[is_missing] = MISSING


class TrendFeature(ColumnTransformer):
    """Days since the first training row, in the schema's timezone; -1 if missing.

    A later time counts as that of the last training row, because the model knows nothing about days after it.
    """

    kind: Literal["trend"] = "trend"
    timezone: str
    first: int
    """The day of the first training row, in days since 1970."""
    days: int
    """The largest value of the feature."""

    @classmethod
    def fit(cls, column: str, values: Times, timezone: str) -> Self:
        """Determine the first and last day of `values` [rows]; without any time, the feature is 0 or -1."""
        local = _to_local(values, timezone)
        known = _units_since_epoch(local[~np.isnat(local)], "D")
        first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
        return cls(column=column, timezone=timezone, first=first, days=last - first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (f"{self.column}: {TREND}",)

    def without(self, names: Collection[str]) -> Self | None:
        """Itself, or None if its name is among `names`."""
        return None if self.names[0] in names else self

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = _to_local(columns[self.column], self.timezone)
        days = np.clip(_units_since_epoch(local, "D") - self.first, 0, self.days)
        out[:, 0] = np.where(np.isnat(local), MISSING, days)


def _to_local(values: Times, timezone: str) -> Times:
    local = values.astype("datetime64[us]", copy=False)
    if timezone == "UTC":
        return local
    return pd.DatetimeIndex(local).tz_localize("UTC").tz_convert(timezone).tz_localize(None).to_numpy()


def _units_since_epoch(local: Times, unit: str) -> NDArray[Any]:
    return local.astype(f"datetime64[{unit}]").astype(np.int64)


_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_PARTS: dict[CalendarPart, Callable[[NDArray[np.int64]], NDArray[np.int64]]] = {
    "hour": lambda microseconds: microseconds // _HOUR % 24,
    "weekday": lambda microseconds: (microseconds // _DAY + 3) % 7,  # day 0, 1970-01-01, was a Thursday
    "month": lambda microseconds: _units_since_epoch(microseconds.view("datetime64[us]"), "M") % 12 + 1,
}
"""Each part by the microseconds since 1970 in local time: of one row, a conversion of units costs most of the time."""

"""Calendar parts of timestamps, and days since the first training row."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from delay_core.timezones import Timezone
from delay_core.transformers.base import Columns, ColumnTransformer, Matrix
from delay_core.transformers.state_checks import DAY_RANGE

CalendarPart = Literal["hour", "weekday", "month"]
TREND = "trend"
MISSING = -1
"""The feature of a missing time: no calendar part is negative."""

Times = NDArray[np.datetime64]


class CalendarFeature(ColumnTransformer):
    """Parts of a UTC time, in the schema's timezone: hour 0–23, weekday 0 (Monday)–6, month 1–12; -1 if missing."""

    kind: Literal["calendar"] = "calendar"
    parts: tuple[CalendarPart, ...] = Field(min_length=1)
    timezone: Timezone

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column}: {part}" for part in self.parts)

    def without(self, names: Collection[str]) -> Self | None:
        """With the features of other names only; None if there are none."""
        parts = tuple(part for part, name in zip(self.parts, self.names, strict=True) if name not in names)
        return type(self)(column=self.column, parts=parts, timezone=self.timezone) if parts else None

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = _to_local(columns[self.column], self.timezone)
        cycles = self._cycles
        units = local.view(np.int64) // cycles.microseconds
        if cycles.month is not None:
            units[cycles.month] = _units_since_epoch(local, "M")
        units += cycles.offset
        units %= cycles.length
        units += cycles.first
        out[:] = units.T
        is_missing = np.isnat(local)
        if np.count_nonzero(is_missing):
            out[is_missing] = MISSING

    @cached_property
    def _cycles(self) -> "_Cycles":
        return _Cycles(self.parts)


class SingleCalendarFeature(ColumnTransformer):
    """One feature that depends on a time alone."""

    def without(self, names: Collection[str]) -> Self | None:
        """Itself, or None if its name is among `names`."""
        return None if self.names[0] in names else self


class TrendFeature(SingleCalendarFeature):
    """Days since the first training row, in the schema's timezone; -1 if missing.

    A later time counts as that of the last training row, because the model knows nothing about days after it.
    """

    kind: Literal["trend"] = "trend"
    timezone: Timezone
    first: int = Field(gt=-DAY_RANGE, lt=DAY_RANGE)
    """The day of the first training row, in days since 1970."""
    days: int = Field(ge=0, lt=DAY_RANGE)
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


class _Cycle(NamedTuple):
    """A calendar part: the units since 1970, modulo their number in a cycle."""

    microseconds: int
    """Of a unit."""
    offset: int
    """Units of the cycle before 1970."""
    length: int
    first: int
    """The number of the cycle's first unit."""


_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_PARTS: dict[CalendarPart, _Cycle] = {
    "hour": _Cycle(_HOUR, 0, 24, 0),
    "weekday": _Cycle(_DAY, 3, 7, 0),  # day 0, 1970-01-01, was a Thursday
    "month": _Cycle(_DAY, 0, 12, 1),  # months differ in length: their units are counted separately
}


class _Cycles:
    """Several cycles as arrays [parts, 1]: for one row, each call of NumPy costs more than its arithmetic."""

    def __init__(self, parts: Sequence[CalendarPart]) -> None:
        self.microseconds, self.offset, self.length, self.first = (
            np.array(values).reshape(-1, 1) for values in zip(*(_PARTS[part] for part in parts), strict=True)
        )
        self.month = parts.index("month") if "month" in parts else None

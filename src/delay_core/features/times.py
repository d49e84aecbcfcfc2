"""Parts of times, and how far along they lie."""

from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features.canonical import Columns
from delay_core.features.part import ColumnPart, Matrix

CalendarPart = Literal["hour", "weekday", "month"]
TREND = "trend"
MISSING = -1
"""Stands for a time that is not there: no part of one is negative."""

Times = NDArray[np.datetime64]


class CalendarFeature(ColumnPart):
    """Parts of a UTC time, in the schema's timezone: hour 0–23, weekday 0 (Monday)–6, month 1–12; -1 if missing."""

    kind: Literal["calendar"] = "calendar"
    parts: tuple[CalendarPart, ...]
    timezone: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column}: {part}" for part in self.parts)

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = _local(columns[self.column], self.timezone)
        gone = np.isnat(local)
        for at, part in enumerate(self.parts):
            out[:, at] = np.where(gone, MISSING, _PARTS[part](local))


class TrendFeature(ColumnPart):
    """Days since the first training row, in the schema's timezone; -1 if missing.

    Later times count as the last training row's: of what came after it, a model has learned nothing.
    """

    kind: Literal["trend"] = "trend"
    timezone: str
    first: int
    """The day, since 1970, on which counting begins."""
    days: int
    """The most there can be."""

    @classmethod
    def fit(cls, column: str, values: Times, timezone: str) -> Self:
        """Learn the range; where no time is there, the only answer is that it is missing, or 0."""
        local = _local(values, timezone)
        known = _whole(local[~np.isnat(local)], "D")
        first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
        return cls(column=column, timezone=timezone, first=first, days=last - first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (f"{self.column}: {TREND}",)

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = _local(columns[self.column], self.timezone)
        days = np.clip(_whole(local, "D") - self.first, 0, self.days)
        out[:, 0] = np.where(np.isnat(local), MISSING, days)


def _local(values: Times, timezone: str) -> Times:
    local = values.astype("datetime64[us]")
    if timezone == "UTC":
        return local
    return pd.DatetimeIndex(local).tz_localize("UTC").tz_convert(timezone).tz_localize(None).to_numpy()


def _whole(local: Times, unit: str) -> NDArray[Any]:
    return local.astype(f"datetime64[{unit}]").astype(np.int64)


_PARTS = {
    "hour": lambda local: _whole(local, "h") % 24,
    "weekday": lambda local: (_whole(local, "D") + 3) % 7,  # day 0, 1970-01-01, was a Thursday
    "month": lambda local: _whole(local, "M") % 12 + 1,
}

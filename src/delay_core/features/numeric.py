"""Numbers, the reasons for missing ones, and parts of times."""

from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.features.canonical import Columns
from delay_core.features.part import ColumnPart, Matrix, fill, median_of


class NumericFeature(ColumnPart):
    """A number: the training median where it is missing, and an indicator that says so."""

    kind: Literal["numeric"] = "numeric"
    median: float
    indicator: bool

    @classmethod
    def fit(cls, column: str, values: NDArray[np.float64], *, nullable: bool) -> Self:
        """Learn the median of the values that are there; 0 where there is none."""
        return cls(column=column, median=median_of(values), indicator=nullable)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.column, f"{self.column} is missing") if self.indicator else (self.column,)

    def encode(self, columns: Columns, out: Matrix) -> None:
        fill(columns[self.column], self.median, out, indicator=self.indicator)


class SentinelFeature(ColumnPart):
    """Why a value is missing: an indicator for each reason that the schema names. Nothing is learned."""

    kind: Literal["sentinel"] = "sentinel"
    reasons_in: str
    reasons: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.reasons_in,)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column} is missing: {reason}" for reason in self.reasons)

    def encode(self, columns: Columns, out: Matrix) -> None:
        for at, reason in enumerate(self.reasons):
            out[:, at] = columns[self.reasons_in] == reason


class CalendarFeature(ColumnPart):
    """Parts of a UTC time, in the schema's timezone: hour 0–23, weekday 0 (Monday)–6, month 1–12; -1 if missing."""

    kind: Literal["calendar"] = "calendar"
    parts: tuple[Literal["hour", "weekday", "month"], ...]
    timezone: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column}: {part}" for part in self.parts)

    def encode(self, columns: Columns, out: Matrix) -> None:
        local = columns[self.column].astype("datetime64[us]")
        if self.timezone != "UTC":
            local = pd.DatetimeIndex(local).tz_localize("UTC").tz_convert(self.timezone).tz_localize(None).to_numpy()
        gone = np.isnat(local)
        for at, part in enumerate(self.parts):
            out[:, at] = np.where(gone, -1, _PARTS[part](local))


def _whole(local: NDArray[np.datetime64], unit: str) -> NDArray[Any]:
    return local.astype(f"datetime64[{unit}]").astype(np.int64)


_PARTS = {
    "hour": lambda local: _whole(local, "h") % 24,
    "weekday": lambda local: (_whole(local, "D") + 3) % 7,  # day 0, 1970-01-01, was a Thursday
    "month": lambda local: _whole(local, "M") % 12 + 1,
}

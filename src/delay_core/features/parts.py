"""What the encoder is made of: one part per column, each writing its features into a slice of the matrix."""

from collections import Counter
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

RARE_BELOW = 5
"""A category seen on fewer training rows than this shares the rare bucket."""

Matrix = NDArray[np.float32]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str


class NumericFeature(_Part):
    """A number: the training median where it is missing, and an indicator that says so."""

    median: float
    indicator: bool

    @classmethod
    def fit(cls, column: str, values: NDArray[np.float64], *, nullable: bool) -> Self:
        """Learn the median of the values that are there; 0 where there is none."""
        present = values[~np.isnan(values)]
        return cls(column=column, median=float(np.median(present)) if len(present) else 0.0, indicator=nullable)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features, in order."""
        return (self.column, f"{self.column} is missing") if self.indicator else (self.column,)

    def encode(self, values: NDArray[np.float64], out: Matrix) -> None:
        """Write [rows, features] into `out`."""
        gone = np.isnan(values)
        out[:, 0] = np.where(gone, self.median, values)
        if self.indicator:
            out[:, 1] = gone


class CategoricalFeature(_Part):
    """A category as indicators: each frequent one, the rare ones together, and unseen ones in a bucket of their own."""

    frequent: tuple[str, ...]
    rare: tuple[str, ...]
    indicator: bool

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_], *, nullable: bool) -> Self:
        """Learn which categories there are, and which are rare."""
        counts = Counter(value for value in values.tolist() if value is not None)
        frequent = tuple(sorted(name for name, count in counts.items() if count >= RARE_BELOW))
        rare = tuple(sorted(name for name, count in counts.items() if count < RARE_BELOW))
        return cls(column=column, frequent=frequent, rare=rare, indicator=nullable)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features, in order."""
        buckets = ("(rare)", "(unseen)", *(("(missing)",) if self.indicator else ()))
        return tuple(f"{self.column} = {name}" for name in (*self.frequent, *buckets))

    @cached_property
    def _places(self) -> dict[str | None, int]:
        places: dict[str | None, int] = {name: at for at, name in enumerate(self.frequent)}
        places |= dict.fromkeys(self.rare, len(self.frequent))
        return places | ({None: len(self.frequent) + 2} if self.indicator else {})

    def encode(self, values: NDArray[np.object_], out: Matrix) -> None:
        """Write [rows, features] into `out`, which holds zeros."""
        places, unseen = self._places, len(self.frequent) + 1
        at = np.fromiter((places.get(value, unseen) for value in values), np.intp, len(values))
        out[np.arange(len(values)), at] = 1.0

    def unseen(self, values: NDArray[np.object_]) -> NDArray[np.bool_]:
        """True where the value was on no training row."""
        places = self._places
        return np.array([value is not None and value not in places for value in values], dtype=bool)


class CalendarFeature(_Part):
    """Parts of a UTC time, in the schema's timezone: hour 0–23, weekday 0 (Monday)–6, month 1–12; -1 if missing."""

    parts: tuple[Literal["hour", "weekday", "month"], ...]
    timezone: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features, in order."""
        return tuple(f"{self.column}: {part}" for part in self.parts)

    def encode(self, values: NDArray[np.datetime64], out: Matrix) -> None:
        """Write [rows, features] into `out`."""
        local = values.astype("datetime64[us]")
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

"""Numbers, and the reasons for missing ones."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.features.canonical import Columns
from delay_core.features.part import ColumnPart, Matrix, fill, median_of, within


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


class NumericFeatures:
    """Many of them at once: the same bits as each would write, for a fraction of the calls."""

    def __init__(self, placed: Sequence[tuple[NumericFeature, int]]) -> None:
        """The features, and where each one's first column lies in the matrix."""
        self._columns = [part.column for part, _ in placed]
        self._medians = np.array([[part.median] for part, _ in placed])
        self._places = [place for _, place in placed]
        self._told = [(at, place + 1) for at, (part, place) in enumerate(placed) if part.indicator]

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write their columns of the whole matrix [rows, features]."""
        if not self._columns:
            return
        values = np.array([columns[name] for name in self._columns], dtype=np.float64)
        gone = np.isnan(values)
        matrix[:, self._places] = within(np.where(gone, self._medians, values)).T
        for at, place in self._told:
            matrix[:, place] = gone[at]


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

"""Numbers, and the reasons for missing ones."""

from functools import cached_property
from typing import Literal, Self

import numpy as np
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

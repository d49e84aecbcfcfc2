"""Numbers, and indicators of why a value is missing."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from delay_core.transformers.base import Columns, ColumnTransformer, Matrix, clip_to_float32, impute_median, nan_median


class NumericFeature(ColumnTransformer):
    """A number with the training median for a missing value; for a nullable column also an indicator of that."""

    kind: Literal["numeric"] = "numeric"
    median: float
    indicator: bool

    @classmethod
    def fit(cls, column: str, values: NDArray[np.float64], *, nullable: bool) -> Self:
        """Compute the median of `values` [rows]; 0 if all are missing."""
        return cls(column=column, median=nan_median(values), indicator=nullable)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.column, f"{self.column} is missing") if self.indicator else (self.column,)

    def encode(self, columns: Columns, out: Matrix) -> None:
        impute_median(columns[self.column], self.median, out, indicator=self.indicator)


class NumericBlock:
    """All numeric features of an encoder together: the same bits as one by one."""

    def __init__(self, positioned: Sequence[tuple[NumericFeature, int]]) -> None:
        """`positioned` holds each feature with the position of its first column in the matrix."""
        indicated = [(feature, position + 1) for feature, position in positioned if feature.indicator]
        self._columns = [feature.column for feature, _ in (*positioned, *indicated)]
        self._medians = np.array([[feature.median] for feature, _ in positioned])
        self._values, self._indicators = slice(len(positioned)), slice(len(positioned), None)
        """Rows of the transposed block: all values, then all indicators."""
        self._positions = _as_slice([position for _, position in (*positioned, *indicated)])

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write the features to their columns of the whole matrix [rows, features]."""
        block = np.array([columns[name] for name in self._columns], dtype=np.float64)
        is_missing, values = np.isnan(block), block[self._values]
        np.copyto(values, self._medians, where=is_missing[self._values])
        clip_to_float32(values)
        block[self._indicators] = is_missing[self._indicators]
        matrix.T[self._positions] = block


def _as_slice(positions: list[int]) -> slice | NDArray[np.intp]:
    """A slice if the positions are contiguous: for one row, that takes half of the time."""
    span = range(positions[0], positions[0] + len(positions))
    return slice(span.start, span.stop) if positions == list(span) else np.array(positions)


class SentinelFeature(ColumnTransformer):
    """An indicator for each reason that the schema gives for a missing value. Nothing is fitted."""

    kind: Literal["sentinel"] = "sentinel"
    reasons_column: str = Field(alias="reasons_in")
    reasons: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.reasons_column,)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.column} is missing: {reason}" for reason in self.reasons)

    def encode(self, columns: Columns, out: Matrix) -> None:
        for position, reason in enumerate(self.reasons):
            out[:, position] = columns[self.reasons_column] == reason

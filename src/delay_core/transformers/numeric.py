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
    """All numeric features of an encoder together: the same bits as one by one, with far fewer calls of NumPy."""

    def __init__(self, positioned: Sequence[tuple[NumericFeature, int]]) -> None:
        """`positioned` holds each feature with the position of its first column in the matrix."""
        self._columns = [feature.column for feature, _ in positioned]
        self._medians = np.array([[feature.median] for feature, _ in positioned])
        positions = [position for _, position in positioned]
        first, last = (positions[0], positions[-1]) if positions else (0, -1)
        is_contiguous = positions == list(range(first, last + 1))
        self._positions = slice(first, last + 1) if is_contiguous else np.array(positions)
        """A slice where possible, which takes a fifth of the time for one row."""
        self._indicators = [
            (row, position + 1) for row, (feature, position) in enumerate(positioned) if feature.indicator
        ]

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write the features to their columns of the whole matrix [rows, features]."""
        if not self._columns:
            return
        values = np.array([columns[name] for name in self._columns], dtype=np.float64)
        is_missing = np.isnan(values)
        matrix[:, self._positions] = clip_to_float32(np.where(is_missing, self._medians, values)).T
        for row, position in self._indicators:
            matrix[:, position] = is_missing[row]


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

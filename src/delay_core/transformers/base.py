"""The base classes of feature transformers, and the arithmetic that several of them share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Columns = Mapping[str, NDArray[Any]]
"""Column → array [rows]: float64 with NaN, str or None, UTC datetime64 with NaT."""
Matrix = NDArray[np.float32]

MIN_CATEGORY_ROWS = 5
"""A category on fewer training rows has no feature of its own."""

_MAX_FLOAT32 = float(np.finfo(np.float32).max)


class FeatureTransformer(BaseModel):
    """Reads canonical columns and writes its features into a slice of the matrix; all its state is this model."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, allow_inf_nan=False
    )

    @property
    @abstractmethod
    def source(self) -> str:
        """The column, or the derived feature of the schema, that the features represent."""

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of its features, in order."""

    @abstractmethod
    def encode(self, columns: Columns, out: Matrix) -> None:
        """Write the features into `out` [rows, features], which holds zeros."""


class ColumnTransformer(FeatureTransformer):
    """A transformer of one column."""

    column: str

    @property
    def source(self) -> str:
        return self.column

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


def nan_median(values: NDArray[np.float64]) -> float:
    """The median of the values [rows] that are not NaN, within float32; 0 if all are NaN."""
    present = values[~np.isnan(values)]
    return float(np.median(np.clip(present, -_MAX_FLOAT32, _MAX_FLOAT32))) if len(present) else 0.0


def impute_median(values: NDArray[np.float64], median: float, out: Matrix, *, indicator: bool) -> None:
    """Write values [rows] with `median` for NaN to the first column; with `indicator`, 1 for NaN to the second."""
    is_missing = np.isnan(values)
    out[:, 0] = clip_to_float32(np.where(is_missing, median, values))
    if indicator:
        out[:, 1] = is_missing


def clip_to_float32(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clip in place to the range of float32; for one row, twice as fast as np.clip."""
    np.maximum(values, -_MAX_FLOAT32, out=values)
    np.minimum(values, _MAX_FLOAT32, out=values)
    return values

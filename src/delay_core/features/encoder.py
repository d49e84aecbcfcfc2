"""The one fitted feature encoder: offline and online, one row and a million, the same arithmetic and the same bits."""

import json
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.schema import ShipmentSchema

RARE_BELOW = 5
"""A category seen on fewer training rows than this shares the rare bucket."""

Columns = Mapping[str, NDArray[Any]]


class NumericFeature(BaseModel):
    """A number: the training median where it is missing, and an indicator that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str
    median: float
    indicator: bool

    @property
    def names(self) -> list[str]:
        return [self.column, f"{self.column} is missing"] if self.indicator else [self.column]

    def encode(self, columns: Columns) -> list[NDArray[np.float64]]:
        values = np.asarray(columns[self.column], dtype=np.float64)
        gone = np.isnan(values)
        filled = np.where(gone, self.median, values)
        return [filled, gone.astype(np.float64)] if self.indicator else [filled]


class CategoricalFeature(BaseModel):
    """A category as indicators: each frequent one, the rare ones together, and unseen ones in a bucket of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str
    frequent: tuple[str, ...]
    rare: tuple[str, ...]
    indicator: bool

    @property
    def names(self) -> list[str]:
        buckets = ["(rare)", "(unseen)", *(["(missing)"] if self.indicator else [])]
        return [f"{self.column} = {name}" for name in (*self.frequent, *buckets)]

    def encode(self, columns: Columns) -> list[NDArray[np.float64]]:
        values = np.asarray(columns[self.column], dtype=object)
        gone = np.asarray(pd.isna(values), dtype=bool)
        hits = [(values == name).astype(np.float64) for name in self.frequent]
        rare = np.isin(np.where(gone, "", values).astype(str), self.rare) & ~gone
        known = np.sum(hits, axis=0) > 0 if hits else np.zeros(len(values), dtype=bool)
        extra = [rare, ~known & ~rare & ~gone, *([gone] if self.indicator else [])]
        return [*hits, *(mask.astype(np.float64) for mask in extra)]

    def unseen(self, columns: Columns) -> NDArray[np.bool_]:
        """True where the value was on no training row."""
        values = np.asarray(columns[self.column], dtype=object)
        gone = np.asarray(pd.isna(values), dtype=bool)
        return ~gone & ~np.isin(np.where(gone, "", values).astype(str), (*self.frequent, *self.rare))


class CalendarFeature(BaseModel):
    """Parts of a UTC time, read in the schema's timezone."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str
    parts: tuple[str, ...]
    timezone: str

    @property
    def names(self) -> list[str]:
        return [f"{self.column}: {part}" for part in self.parts]

    def encode(self, columns: Columns) -> list[NDArray[np.float64]]:
        moments = pd.DatetimeIndex(pd.to_datetime(columns[self.column], utc=True)).tz_convert(self.timezone)
        return [np.nan_to_num(np.asarray(getattr(moments, part), dtype=np.float64), nan=-1.0) for part in self.parts]


class FeatureEncoder(BaseModel):
    """Canonical columns → float32 matrix [rows, features]; its whole state is this model, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int = 1
    numeric: tuple[NumericFeature, ...]
    categorical: tuple[CategoricalFeature, ...]
    calendar: tuple[CalendarFeature, ...]

    @classmethod
    def fit(cls, schema: ShipmentSchema, train: pd.DataFrame) -> Self:
        """Learn medians and categories from canonical training rows."""
        numeric, categorical = [], []
        for name, column in schema.features.items():
            values = train[name]
            if column.role == "numeric":
                median = float(values.median()) if values.notna().any() else 0.0
                numeric.append(NumericFeature(column=name, median=median, indicator=column.nullable))
            else:
                counts = {str(key): int(n) for key, n in values.dropna().astype(str).value_counts().items()}
                frequent = tuple(sorted(key for key, n in counts.items() if n >= RARE_BELOW))
                rare = tuple(sorted(key for key, n in counts.items() if n < RARE_BELOW))
                categorical.append(CategoricalFeature(column=name, frequent=frequent, rare=rare, indicator=column.nullable))
        calendar = [CalendarFeature(column=c.column, parts=c.parts, timezone=schema.source.timezone) for c in schema.calendar]
        return cls(numeric=tuple(numeric), categorical=tuple(categorical), calendar=tuple(calendar))

    @property
    def names(self) -> tuple[str, ...]:
        """The matrix's columns, in order."""
        return tuple(name for part in self._parts for name in part.names)

    @property
    def _parts(self) -> tuple[NumericFeature | CategoricalFeature | CalendarFeature, ...]:
        return (*self.numeric, *self.categorical, *self.calendar)

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """Float32 matrix [rows, features] without NaN; `columns` maps names to canonical arrays of one length."""
        arrays = [array for part in self._parts for array in part.encode(columns)]
        return np.ascontiguousarray(np.column_stack(arrays).astype(np.float32))

    def encode_table(self, table: pd.DataFrame) -> NDArray[np.float32]:
        """`encode` for a canonical table."""
        return self.encode({part.column: table[part.column].to_numpy() for part in self._parts})

    def to_json(self) -> bytes:
        """The state, as canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The encoder that `to_json` wrote. Raises BundleError."""
        try:
            return cls.model_validate(json.loads(content))
        except ValueError as error:
            raise BundleError(f"encoder.json is not an encoder's state: {error}") from error

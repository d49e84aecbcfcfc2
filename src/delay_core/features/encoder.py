"""The one fitted feature encoder: offline and online, one row and a million, the same arithmetic and the same bits."""

import json
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.features.canonical import Columns, columns_of
from delay_core.features.parts import CalendarFeature, CategoricalFeature, NumericFeature
from delay_core.schema import ShipmentSchema


class FeatureEncoder(BaseModel):
    """Canonical columns → float32 matrix [rows, features] without NaN; its whole state is this model, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int = 1
    numeric: tuple[NumericFeature, ...]
    categorical: tuple[CategoricalFeature, ...]
    calendar: tuple[CalendarFeature, ...]

    @classmethod
    def fit(cls, schema: ShipmentSchema, train: pd.DataFrame) -> Self:
        """Learn medians and categories from canonical training rows."""
        columns = columns_of(train, schema.features)
        fitted: dict[str, list[Any]] = {"numeric": [], "categorical": []}
        for name, column in schema.features.items():
            kind = NumericFeature if column.role == "numeric" else CategoricalFeature
            fitted[column.role].append(kind.fit(name, columns[name], nullable=column.nullable))
        zone = schema.source.timezone
        calendar = [CalendarFeature(column=c.column, parts=c.parts, timezone=zone) for c in schema.calendar]
        return cls(numeric=tuple(fitted["numeric"]), categorical=tuple(fitted["categorical"]), calendar=tuple(calendar))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The matrix's columns, in order."""
        return tuple(name for part in self._parts for name in part.names)

    @cached_property
    def features_of(self) -> dict[str, list[int]]:
        """Column of the table → positions in the matrix of the features made from it."""
        places: dict[str, list[int]] = {}
        at = 0
        for part in self._parts:
            width = len(part.names)
            places.setdefault(part.column, []).extend(range(at, at + width))
            at += width
        return places

    @property
    def _parts(self) -> tuple[NumericFeature | CategoricalFeature | CalendarFeature, ...]:
        return (*self.numeric, *self.categorical, *self.calendar)

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """Float32 matrix [rows, features]; `columns` maps names to canonical arrays of one length."""
        rows = len(columns[self._parts[0].column])
        matrix = np.zeros((rows, len(self.names)), dtype=np.float32)
        at = 0
        for part in self._parts:
            width = len(part.names)
            part.encode(columns[part.column], matrix[:, at : at + width])
            at += width
        return matrix

    def encode_table(self, table: pd.DataFrame) -> NDArray[np.float32]:
        """`encode` for a table of accepted shipments."""
        return self.encode(columns_of(table, self.features_of))

    def to_json(self) -> bytes:
        """The state, as canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The encoder that `to_json` wrote. Raises BundleError."""
        try:
            return cls.model_validate(json.loads(content))
        except (ValueError, ValidationError) as error:
            raise BundleError(f"encoder.json is not an encoder's state: {error}") from error

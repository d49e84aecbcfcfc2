"""The one fitted feature encoder: offline and online, one row and a million, the same arithmetic and the same bits."""

import json
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.features.canonical import Columns, columns_of
from delay_core.features.categories import CategoricalFeature
from delay_core.features.fit import Part, fitted_parts
from delay_core.features.numeric import NumericFeature, NumericFeatures
from delay_core.schema import ShipmentSchema

AnyPart = Annotated[Part, Field(discriminator="kind")]


class FeatureEncoder(BaseModel):
    """Canonical columns → float32 matrix [rows, features] without NaN; its whole state is this model, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int = 2
    parts: tuple[AnyPart, ...] = Field(min_length=1)

    @classmethod
    def fit(cls, schema: ShipmentSchema, train: Columns) -> Self:
        """Learn medians, categories and late rates from the columns of canonical training rows, late and known_at too.

        A column is asked for when its turn comes, so `train` may load them one by one.
        """
        return cls(parts=fitted_parts(schema, train))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The matrix's columns, in order."""
        return tuple(name for part in self.parts for name in part.names)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that it reads."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.columns))

    @cached_property
    def sources(self) -> dict[str, list[int]]:
        """Column, or derived feature of the schema → positions in the matrix of what is made from it."""
        places: dict[str, list[int]] = {}
        at = 0
        for part in self.parts:
            width = len(part.names)
            places.setdefault(part.source, []).extend(range(at, at + width))
            at += width
        return places

    @property
    def categorical(self) -> tuple[CategoricalFeature, ...]:
        """The parts made of categories, which know what they have never seen."""
        return tuple(part for part in self.parts if isinstance(part, CategoricalFeature))

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """Float32 matrix [rows, features]; `columns` maps names to canonical arrays of one length."""
        rows = len(columns[self.columns[0]])
        matrix = np.zeros((rows, len(self.names)), dtype=np.float32)
        self._numbers.encode(columns, matrix)
        for part, place in self._others:
            part.encode(columns, matrix[:, place])
        return matrix

    @cached_property
    def _placed(self) -> tuple[tuple[AnyPart, slice], ...]:
        """Every part, and where its features lie."""
        ends = list(accumulate(len(part.names) for part in self.parts))
        return tuple((part, slice(end - len(part.names), end)) for part, end in zip(self.parts, ends, strict=True))

    @cached_property
    def _numbers(self) -> NumericFeatures:
        return NumericFeatures(
            [(part, place.start) for part, place in self._placed if isinstance(part, NumericFeature)]
        )

    @cached_property
    def _others(self) -> tuple[tuple[AnyPart, slice], ...]:
        return tuple((part, place) for part, place in self._placed if not isinstance(part, NumericFeature))

    def encode_table(self, table: pd.DataFrame) -> NDArray[np.float32]:
        """`encode` for a table of accepted shipments."""
        return self.encode(columns_of(table, self.columns))

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

"""The one fitted feature encoder: the same arithmetic and the same bits offline and online, for any number of rows."""

import json
from collections.abc import Collection
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from delay_core.digest import canonical_json
from delay_core.errors import BundleError
from delay_core.features.build import fit_transformers
from delay_core.features.column_arrays import to_arrays
from delay_core.schema import ShipmentSchema
from delay_core.transformers.base import Columns
from delay_core.transformers.calendar import CalendarFeature, TrendFeature
from delay_core.transformers.numeric import NumericBlock, NumericFeature
from delay_core.transformers.one_hot import OneHotBlock, OneHotFeature
from delay_core.transformers.outcome_count import OutcomeCount
from delay_core.transformers.recent_late_rate import RecentLateRate
from delay_core.transformers.target_encoding import HistoricalLateRate, OutcomeBlock, OutcomeFeature
from delay_core.transformers.union import AnyTransformer

Transformer = Annotated[AnyTransformer, Field(discriminator="kind")]
_CALENDAR = (CalendarFeature, TrendFeature, RecentLateRate)
_BLOCKS: dict[type[Any], type[NumericBlock | OneHotBlock | OutcomeBlock]] = {
    NumericFeature: NumericBlock,
    OneHotFeature: OneHotBlock,
    HistoricalLateRate: OutcomeBlock,
    OutcomeCount: OutcomeBlock,
}
"""What encodes all transformers of a class together: for one row, each call of NumPy costs more than its arithmetic."""


class FeatureEncoder(BaseModel):
    """Canonical columns → float32 matrix [rows, features] without NaN; all its state is this model, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)
    version: int = 2
    transformers: tuple[Transformer, ...] = Field(min_length=1, alias="parts")

    @model_validator(mode="after")
    def _check_prediction_point(self) -> Self:
        points = {part.prediction_point for part in self.transformers if isinstance(part, OutcomeFeature)}
        if len(points) > 1:
            raise ValueError(f"outcomes count before one prediction point, not before each of {sorted(points)}")
        return self

    @classmethod
    def fit(cls, schema: ShipmentSchema, train: Columns) -> Self:
        """Learn medians, categories and late rates from canonical training rows, `late` and `known_at` included.

        Each column is read from `train` only when it is needed, so that `train` may load columns one by one.
        """
        return cls(transformers=fit_transformers(schema, train))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the features, in order."""
        return tuple(name for transformer in self.transformers for name in transformer.names)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The canonical columns that it reads."""
        return tuple(dict.fromkeys(name for transformer in self.transformers for name in transformer.columns))

    def check_columns(self, schema: ShipmentSchema) -> None:
        """Raises BundleError unless it reads only columns of this schema that are known at the prediction."""
        available = dict.fromkeys(
            name
            for name in schema.canonical_columns
            if name == schema.prediction_point.sort_column or name not in schema.columns or not schema.is_post_hoc(name)
        )
        unknown = [
            f"parts.{position} ({transformer.kind}) reads {column!r}"
            for position, transformer in enumerate(self.transformers)
            for column in transformer.columns
            if column not in available
        ]
        if unknown:
            raise BundleError(
                f"encoder.json: {'; '.join(unknown)}; an encoder of schema.json ({schema.name}, version "
                f"{schema.version}) reads only {', '.join(map(repr, available))}"
            )

    @cached_property
    def sources(self) -> dict[str, list[int]]:
        """Column, or derived feature of the schema → the positions of its features in the matrix."""
        positions: dict[str, list[int]] = {}
        for transformer, span in self._with_slices:
            positions.setdefault(transformer.source, []).extend(range(span.start, span.stop))
        return positions

    @cached_property
    def calendar(self) -> tuple[str, ...]:
        """The names of the features that depend on a time alone, in order."""
        return tuple(name for part in self.transformers if isinstance(part, _CALENDAR) for name in part.names)

    def without_calendar(self, names: Collection[str]) -> Self:
        """The encoder without these of its `calendar` features; all others keep their bits and their order."""
        if not names:
            return self
        kept = (part.without(names) if isinstance(part, _CALENDAR) else part for part in self.transformers)
        return type(self)(transformers=tuple(part for part in kept if part is not None))

    @property
    def categorical(self) -> tuple[OneHotFeature, ...]:
        """The transformers of categories, which recognize unseen values."""
        return tuple(transformer for transformer in self.transformers if isinstance(transformer, OneHotFeature))

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """Float32 matrix [rows, features]; `columns` maps names to canonical arrays [rows]."""
        rows = len(columns[self.columns[0]])
        matrix = np.zeros((rows, len(self.names)), dtype=np.float32)
        for block in self._blocks:
            block.encode(columns, matrix)
        for transformer, span in self._remaining:
            transformer.encode(columns, matrix[:, span])
        return matrix

    @cached_property
    def _with_slices(self) -> tuple[tuple[Transformer, slice], ...]:
        """Each transformer with the slice of its features in the matrix."""
        widths = [len(transformer.names) for transformer in self.transformers]
        slices = [slice(end - width, end) for width, end in zip(widths, accumulate(widths), strict=True)]
        return tuple(zip(self.transformers, slices, strict=True))

    @cached_property
    def _groups(self) -> dict[type[Any], list[tuple[Any, int]]]:
        """By class, where there are several: transformers that are encoded together, with their first positions."""
        groups: dict[type[Any], list[tuple[Any, int]]] = {}
        for transformer, span in self._with_slices:
            groups.setdefault(type(transformer), []).append((transformer, span.start))
        return {kind: group for kind, group in groups.items() if kind in _BLOCKS and len(group) > 1}

    @cached_property
    def _blocks(self) -> tuple[NumericBlock | OneHotBlock | OutcomeBlock, ...]:
        return tuple(_BLOCKS[kind](group) for kind, group in self._groups.items())

    @cached_property
    def _remaining(self) -> tuple[tuple[Transformer, slice], ...]:
        return tuple(pair for pair in self._with_slices if type(pair[0]) not in self._groups)

    def encode_table(self, table: pd.DataFrame) -> NDArray[np.float32]:
        """`encode` for a table of accepted shipments."""
        return self.encode(to_arrays(table, self.columns))

    def to_json(self) -> bytes:
        """The state, as canonical JSON."""
        return canonical_json(self.model_dump(mode="json", by_alias=True))

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The encoder that `to_json` wrote. Raises BundleError."""
        try:
            return cls.model_validate(json.loads(content))
        except (ValueError, ValidationError) as error:
            raise BundleError(f"encoder.json is not an encoder's state: {error}") from error

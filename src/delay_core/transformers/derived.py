"""Derived features: differences of dates, distances, ratios."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from delay_core.coordinates import split_coordinates
from delay_core.transformers.base import Columns, FeatureTransformer, Matrix, impute_median, nan_median

EARTH_RADIUS_KM = 6371.0088
"""The mean radius (IUGG)."""
_DAY = np.timedelta64(1, "D") / np.timedelta64(1, "us")

Kind = Literal["days", "haversine", "ratio"]

_INPUTS: Mapping[Kind, tuple[int, int]] = {"days": (2, 2), "haversine": (2, 4), "ratio": (2, 2)}
"""Kind → the fewest and the most columns; a column of coordinates takes the place of two."""


class DerivedFeature(FeatureTransformer):
    """A number computed from columns: the training median if it cannot be computed, and an indicator of that."""

    kind: Kind
    name: str
    inputs: tuple[str, ...]
    median: float
    indicator: bool

    @model_validator(mode="after")
    def _check_inputs(self) -> Self:
        fewest, most = _INPUTS[self.kind]
        if not fewest <= len(self.inputs) <= most:
            expected = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise ValueError(f"{self.kind} is computed from {expected} columns, not from {len(self.inputs)}")
        return self

    @classmethod
    def fit(cls, kind: Kind, name: str, inputs: tuple[str, ...], columns: Columns, *, nullable: bool) -> Self:
        """Compute the median over the rows of `columns`."""
        median = nan_median(_FUNCTIONS[kind](*(columns[column] for column in inputs)))
        return cls(kind=kind, name=name, inputs=inputs, median=median, indicator=nullable or kind == "ratio")

    @property
    def source(self) -> str:
        return self.name

    @property
    def columns(self) -> tuple[str, ...]:
        return self.inputs

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.indicator else (self.name,)

    def encode(self, columns: Columns, out: Matrix) -> None:
        values = _FUNCTIONS[self.kind](*(columns[column] for column in self.inputs))
        impute_median(values, self.median, out, indicator=self.indicator)


def _days(start: NDArray[np.datetime64], end: NDArray[np.datetime64]) -> NDArray[np.float64]:
    difference = (end - start).astype("timedelta64[us]")
    return np.where(np.isnat(difference), np.nan, difference.astype(np.float64) / _DAY)


def _haversine(*columns: NDArray[Any]) -> NDArray[np.float64]:
    """Columns are numbers in degrees, or coordinates in place of two of them."""
    degrees = [axis for column in columns for axis in _axes(column)]
    latitude, longitude, to_latitude, to_longitude = (np.radians(angle) for angle in degrees)
    north, east = np.sin((to_latitude - latitude) / 2), np.sin((to_longitude - longitude) / 2)
    half_chord = north**2 + np.cos(latitude) * np.cos(to_latitude) * east**2
    kilometres: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half_chord, 0, 1)))
    return kilometres


def _axes(column: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
    return split_coordinates(column) if column.dtype == object else (column,)


def _ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = numerator / denominator
    return np.where(np.isfinite(ratio), ratio, np.nan)


_FUNCTIONS: Mapping[Kind, Callable[..., NDArray[np.float64]]] = {
    "days": _days,
    "haversine": _haversine,
    "ratio": _ratio,
}

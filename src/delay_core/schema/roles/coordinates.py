"""The role `coordinates`: a point on the earth in one text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.coordinates import join_coordinates
from delay_core.schema.roles.base import ColumnRole, JsonSchema
from delay_core.violations import ViolationCode

if TYPE_CHECKING:
    from delay_core.parsing import AxisOrder, BrokenRule, ColumnResult, Mask, Parser, Values
    from delay_core.transformers import AnyTransformer, Columns

COORDINATES = "coordinates"
"""The JSON Schema `format` of a pair of coordinates in the schema's axis order and decimal sign."""

_EXAMPLE = {"lat_lon": ("52.52", "13.405"), "lon_lat": ("13.405", "52.52")}
_AXES = {"lat_lon": "latitude and longitude", "lon_lat": "longitude and latitude"}
MAX_LATITUDE, MAX_LONGITUDE = 90.0, 180.0


class CoordinatesRole(ColumnRole):
    """Latitude and longitude in one text. A model reads distances between two points, which the schema names."""

    name = "coordinates"
    keys = ("axis_order",)
    is_reported_post_hoc = True
    uses_number_format = True

    def value_type(self) -> str:
        return "text"

    def allowed_values(self) -> str:
        return f"{_AXES[self.axis_order]} in degrees, as in {self.example()}"

    def json_schema(self) -> JsonSchema:
        axes = _AXES[self.axis_order]
        return {
            "type": ["string"],
            "format": COORDINATES,
            "description": f"{axes.capitalize()} in degrees, also in brackets or as POINT(…)",
            "examples": [self.example()],
        }

    def lenient_json_schema(self) -> JsonSchema:
        return {"type": ["string"], "format": COORDINATES}

    def example(self) -> str:
        decimal = self.schema.source.decimal
        separator = "," if decimal == "." else "; "
        return separator.join(number.replace(".", decimal) for number in _EXAMPLE[self.axis_order])

    @property
    def axis_order(self) -> "AxisOrder":
        """The order of latitude and longitude in the column's texts."""
        order = self.column.axis_order
        if order is None:
            raise TypeError("a column of coordinates has an axis order; the schema checks that")
        return order

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        """Canonical values are texts `latitude,longitude`, one for all spellings; None where a value is missing."""
        latitudes, longitudes, unreadable = parsing.parse_coordinates(
            values, absent, self.schema.source.decimal, self.axis_order
        )
        code, axes = ViolationCode.NOT_COORDINATES, _AXES[self.axis_order]
        rules = [
            parsing.unreadable_rule(code, values, unreadable, axes=axes, example=self.example()),
            self._range_rule(latitudes, longitudes),
        ]
        return parsing.ColumnResult(join_coordinates(latitudes, longitudes), rules)

    def _range_rule(self, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> "BrokenRule":
        is_beyond_a_pole = np.abs(latitudes) > MAX_LATITUDE
        outside = is_beyond_a_pole | (np.abs(longitudes) > MAX_LONGITUDE)

        def params(row: int) -> dict[str, object]:
            value, limit, axis = (
                (latitudes[row], MAX_LATITUDE, "latitude")
                if is_beyond_a_pole[row]
                else (longitudes[row], MAX_LONGITUDE, "longitude")
            )
            return {"value": float(value), "minimum": -limit, "maximum": limit, "unit": f"degrees of {axis}"}

        return parsing.BrokenRule(ViolationCode.OUT_OF_RANGE, outside, params)

    def request_parser(self, slow_parser: "Parser") -> "Parser":
        return slow_parser

    def missing_values(self, rows: int) -> NDArray[np.object_]:
        return np.full(rows, None, dtype=object)

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:  # noqa: ARG002 - no column is a feature
        return iter(())

    def breaking_changes(self, old: Self) -> Iterator[str]:
        if old.axis_order != self.axis_order:
            yield f"has {_AXES[self.axis_order]} now, and had {_AXES[old.axis_order]}"

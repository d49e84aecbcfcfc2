"""The columns of a request that hold the position of a shipment."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from delay_core.schema.columns import Column
from delay_core.schema.roles.coordinates import MAX_LATITUDE, MAX_LONGITUDE
from delay_core.schema.shipment_schema import ShipmentSchema

_DEGREES = frozenset({"degree", "degrees", "deg", "°"})


@dataclass(frozen=True)
class PositionColumns:
    """Two columns with a number of degrees each; or one column, in both fields, with both numbers in one text."""

    latitude: str
    longitude: str
    axis_order: Literal["lat_lon", "lon_lat"] | None
    """The order of the numbers in one text; None for two columns."""


def position_columns(schema: ShipmentSchema) -> PositionColumns | None:
    """The second point of the first distance; else the only column of coordinates, or the only two in degrees.

    None if the schema has no position, or does not say which of several it is.
    """
    distance = next((feature.haversine for feature in schema.derived.values() if feature.haversine), None)
    if distance is not None:
        last = distance[-1]
        order = schema.columns[last].axis_order
        return PositionColumns(last if order else distance[-2], last, order)
    points = list(_points(schema))
    return points[0] if len(points) == 1 else None


def _points(schema: ShipmentSchema) -> Iterator[PositionColumns]:
    columns = {name: schema.columns[name] for name in schema.persisted_columns}
    for name, column in columns.items():
        if column.axis_order is not None:
            yield PositionColumns(name, name, column.axis_order)
    latitudes, longitudes = (
        [name for name, column in columns.items() if _is_axis(column, limit)] for limit in (MAX_LATITUDE, MAX_LONGITUDE)
    )
    for latitude in latitudes:
        for longitude in longitudes:
            yield PositionColumns(latitude, longitude, None)


def _is_axis(column: Column, limit: float) -> bool:
    """Whether the column has degrees up to the limit on both sides."""
    return column.unit in _DEGREES and (column.minimum, column.maximum) == (-limit, limit)

"""Features to compute from columns that are known in time: distances between two points, days between two dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.column_roles import InferredRole
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile

_MAX_DATE_DIFFERENCES = 4


@dataclass(frozen=True)
class DerivedFeatureCandidate:
    """A derived feature: its name, its function, and the columns that it is computed from."""

    name: str
    function: str
    columns: tuple[str, ...]


def find_derived_features(
    table: TableProfile, roles: Mapping[str, InferredRole], unusable: Collection[str], point: str | None
) -> list[DerivedFeatureCandidate]:
    """Distances and differences; `unusable` names the columns that are ignored or known too late."""
    usable = [name for name in table.columns if name not in unusable]
    numbers = {name for name in usable if roles[name].name == "numeric"}
    features = []
    pairs = [pair for pair in _find_coordinates(table) if numbers.issuperset(pair)]
    if len(pairs) == 2:
        features.append(
            DerivedFeatureCandidate("great-circle distance in kilometers", "haversine", (*pairs[0], *pairs[1]))
        )
    if point in usable:
        dates = [name for name in usable if roles[name].name == "timestamp" and name != point]
        for name in dates[:_MAX_DATE_DIFFERENCES]:
            first, second = _in_time_order(table.columns[name], table.columns[point])
            features.append(DerivedFeatureCandidate(f"days from {first} to {second}", "days", (first, second)))
    return [feature for feature in features if feature.name not in table.columns]


def coordinate_axis(column: ColumnProfile) -> str:
    """`latitude` or `longitude` if header and values say so; else empty."""
    if column.numbers is None or not column.present_rows:
        return ""
    max_absolute = float(np.nanmax(np.abs(column.numbers)))
    if vocabulary.LATITUDE.first_match(column.name) and max_absolute <= 90:
        return "latitude"
    return "longitude" if vocabulary.LONGITUDE.first_match(column.name) and max_absolute <= 180 else ""


def has_time_of_day(column: ColumnProfile) -> bool:
    """Whether the times of day of a timestamp vary, so that its hour can be a feature."""
    timestamps = column.row_timestamps[~np.isnat(column.row_timestamps)]
    return bool(len(timestamps)) and len(np.unique(timestamps - timestamps.astype("datetime64[D]"))) > 2


def _find_coordinates(table: TableProfile) -> list[tuple[str, str]]:
    """Pairs of a latitude and a longitude with equal other words in their headers; the origin first."""
    axes = {name: coordinate_axis(column) for name, column in table.columns.items()}
    latitudes = [name for name, axis in axes.items() if axis == "latitude"]
    longitudes = [name for name, axis in axes.items() if axis == "longitude"]
    pairs = [
        (latitude, longitude)
        for latitude in latitudes
        for longitude in longitudes
        if vocabulary.LATITUDE.remove_from(latitude) == vocabulary.LONGITUDE.remove_from(longitude)
    ]
    return sorted(pairs, key=lambda pair: not vocabulary.ORIGIN.first_match(pair[0]))


def _in_time_order(one: ColumnProfile, other: ColumnProfile) -> tuple[str, str]:
    both = ~np.isnat(one.row_timestamps) & ~np.isnat(other.row_timestamps)
    earlier = (one.row_timestamps[both] <= other.row_timestamps[both]).mean() if both.any() else 1.0
    return (one.name, other.name) if earlier >= 0.5 else (other.name, one.name)

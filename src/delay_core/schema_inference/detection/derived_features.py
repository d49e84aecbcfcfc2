"""Features to compute from columns that are known in time: distances between two points, days between two dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference.detection.column_roles import InferredRole
from delay_core.schema_inference.detection.coordinates import find_points
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
    features = []
    points = [columns for columns in find_points(table, roles) if set(usable).issuperset(columns)]
    if len(points) == 2:
        columns = (*points[0], *points[1])
        features.append(DerivedFeatureCandidate("great-circle distance in kilometers", "haversine", columns))
    if point in usable:
        dates = [name for name in usable if roles[name].name == "timestamp" and name != point]
        for name in dates[:_MAX_DATE_DIFFERENCES]:
            first, second = _in_time_order(table.columns[name], table.columns[point])
            features.append(DerivedFeatureCandidate(f"days from {first} to {second}", "days", (first, second)))
    return [feature for feature in features if feature.name not in table.columns]


def has_time_of_day(column: ColumnProfile) -> bool:
    """Whether the times of day of a timestamp vary, so that its hour can be a feature."""
    timestamps = column.row_timestamps[~np.isnat(column.row_timestamps)]
    return bool(len(timestamps)) and len(np.unique(timestamps - timestamps.astype("datetime64[D]"))) > 2


def _in_time_order(one: ColumnProfile, other: ColumnProfile) -> tuple[str, str]:
    both = ~np.isnat(one.row_timestamps) & ~np.isnat(other.row_timestamps)
    earlier = (one.row_timestamps[both] <= other.row_timestamps[both]).mean() if both.any() else 1.0
    return (one.name, other.name) if earlier >= 0.5 else (other.name, one.name)

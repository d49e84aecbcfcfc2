"""Features that can safely be computed: distances between two points, days between two dates known in time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.roles import Role
from delay_core.schema_inference.table import Table

_MOST_DATES = 4


@dataclass(frozen=True)
class Feature:
    """A computed feature: its name, how, and from which columns."""

    name: str
    kind: str
    columns: tuple[str, ...]


def coordinate(look: Look) -> str:
    """`latitude` or `longitude` where header and values say so; else empty."""
    if look.numbers is None or not look.present_rows:
        return ""
    furthest = float(np.nanmax(np.abs(look.numbers)))
    if v.LATITUDE.word_in(look.name) and furthest <= 90:
        return "latitude"
    return "longitude" if v.LONGITUDE.word_in(look.name) and furthest <= 180 else ""


def coordinates(table: Table) -> list[tuple[str, str]]:
    """Pairs of a latitude and a longitude whose headers are alike but for these words, where a journey begins first."""
    found = {name: kind for name, look in table.looks.items() if (kind := coordinate(look))}
    pairs = [
        (lat, lon)
        for lat, kind in found.items()
        for lon, other in found.items()
        if kind == "latitude" and other == "longitude" and v.LATITUDE.rest(lat) == v.LONGITUDE.rest(lon)
    ]
    return sorted(pairs, key=lambda pair: not v.FROM.word_in(pair[0]))


def derived(table: Table, roles: Mapping[str, Role], late_known: Collection[str], point: str | None) -> list[Feature]:
    """Computed features of columns that are known in time; `late_known` names those that are not."""
    usable = [name for name in table.looks if name not in late_known]
    features = []
    pairs = [pair for pair in coordinates(table) if all(_is_number(name, roles, usable) for name in pair)]
    if len(pairs) == 2:
        features.append(Feature("kilometres as the crow flies", "haversine", (*pairs[0], *pairs[1])))
    dates = [name for name in usable if roles[name].name == "timestamp" and name != point]
    for name in dates[:_MOST_DATES] if point in usable else []:
        first, second = _in_order(table.looks[name], table.looks[str(point)])
        features.append(Feature(f"days from {first} to {second}", "days", (first, second)))
    return [feature for feature in features if feature.name not in table.looks]


def _is_number(name: str, roles: Mapping[str, Role], usable: Collection[str]) -> bool:
    return name in usable and roles[name].name == "numeric"


def _in_order(one: Look, other: Look) -> tuple[str, str]:
    both = ~np.isnat(one.row_moments) & ~np.isnat(other.row_moments)
    before = (one.row_moments[both] <= other.row_moments[both]).mean() if both.any() else 1.0
    return (one.name, other.name) if before >= 0.5 else (other.name, one.name)


def has_clock(look: Look) -> bool:
    """Whether the times of a timestamp differ, so that its hour says something."""
    moments = look.row_moments[~np.isnat(look.row_moments)]
    return bool(len(moments)) and len(np.unique(moments - moments.astype("datetime64[D]"))) > 2

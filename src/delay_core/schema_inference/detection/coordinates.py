"""Points on the earth: a latitude and a longitude in two columns, or both in one text."""

import re
from collections.abc import Mapping

import numpy as np

from delay_core.parsing import parse_coordinates
from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.column_roles import InferredRole
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import sample_texts
from delay_core.schema_inference.vocabulary import normalize

_DEGREES = re.compile(r"\d[.,]\d{2,}\D.*\d[.,]\d{2,}")
"""Two numbers with at least two decimals each."""
_MAX_LATITUDE, _MAX_LONGITUDE = 90, 180


def coordinate_axis(column: ColumnProfile) -> str:
    """`latitude` or `longitude` if header and values of a column of numbers say so; else empty."""
    if column.numbers is None or not column.present_rows:
        return ""
    max_absolute = float(np.nanmax(np.abs(column.numbers)))
    if vocabulary.LATITUDE.first_match(column.name) and max_absolute <= _MAX_LATITUDE:
        return "latitude"
    return "longitude" if vocabulary.LONGITUDE.first_match(column.name) and max_absolute <= _MAX_LONGITUDE else ""


def axis_order(column: ColumnProfile, decimal: str) -> str:
    """`lat_lon` or `lon_lat` if all texts of a column are points in that order; else empty."""
    texts = [text for text, _ in column.texts]
    if column.kind != "text" or not texts or not all(map(_DEGREES.search, sample_texts(texts))):
        return ""
    header = normalize(column.name)
    latitude, longitude = (words.first_match(header) for words in (vocabulary.LATITUDE, vocabulary.LONGITUDE))
    named_last = bool(latitude and longitude) and header.index(longitude) < header.index(latitude)
    longitude_first = named_last or texts[0].lstrip().upper().startswith(("POINT", "SRID"))
    orders = ("lon_lat", "lat_lon") if longitude_first else ("lat_lon", "lon_lat")
    return next((order for order in orders if _are_points(texts, decimal, order)), "")


def find_points(table: TableProfile, roles: Mapping[str, InferredRole]) -> list[tuple[str, ...]]:
    """The columns of each point: one of coordinates, or two with equal other words in their headers; origins first."""
    numbers = [column for name, column in table.columns.items() if roles[name].name == "numeric"]
    latitudes = [column.name for column in numbers if coordinate_axis(column) == "latitude"]
    longitudes = [column.name for column in numbers if coordinate_axis(column) == "longitude"]
    pairs: list[tuple[str, ...]] = [
        (latitude, longitude)
        for latitude in latitudes
        for longitude in longitudes
        if vocabulary.LATITUDE.remove_from(latitude) == vocabulary.LONGITUDE.remove_from(longitude)
    ]
    texts = [(name,) for name in table.columns if roles[name].name == "coordinates"]
    return sorted([*pairs, *texts], key=lambda point: not vocabulary.ORIGIN.first_match(point[0]))


def _are_points(texts: list[str], decimal: str, order: str) -> bool:
    values = np.array(texts, dtype=object)
    absent = np.zeros(len(values), dtype=bool)
    latitudes, longitudes, unreadable = parse_coordinates(
        values, absent, decimal, "lat_lon" if order == "lat_lon" else "lon_lat"
    )
    in_range = (np.abs(latitudes) <= _MAX_LATITUDE) & (np.abs(longitudes) <= _MAX_LONGITUDE)
    return bool((in_range & ~unreadable).all())

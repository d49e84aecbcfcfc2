"""Schemas with a mistake about coordinates, and the line of the error message; `…` stands for any text."""

from support.schema_mistakes import changed, weight


def with_coordinates(keys: str, distance: str = "") -> str:
    """The schema with a column of coordinates, and a distance that is computed from it."""
    text = changed("  parcel:", f"  origin: {{{keys}}}\n  goal: {{role: coordinates, axis_order: lat_lon}}\n  parcel:")
    return text.replace("columns:\n", f"derived: {{km: {{haversine: [{distance}]}}}}\ncolumns:\n") if distance else text


POINT = "role: coordinates, axis_order: lat_lon"

COORDINATES_MISTAKES = [
    (
        with_coordinates("role: coordinates"),
        "columns.origin: axis_order is missing: write lat_lon or lon_lat, as the column's",
    ),
    (
        with_coordinates("role: coordinate"),
        "columns.origin.role: must be … did you mean 'coordinates'? (found 'coordinate')",
    ),
    (
        with_coordinates("role: coordinates, axis_order: latlon"),
        "columns.origin.axis_order: must be 'lat_lon' or 'lon_lat'; did you mean 'lat_lon'? (found 'latlon')",
    ),
    (
        with_coordinates(f"{POINT}, minimum: -90"),
        "columns.origin: minimum: only for numeric columns, not for a coordinates one",
    ),
    (weight("axis_order: lat_lon"), "columns.weight: axis_order: only for coordinates columns, not for a numeric one"),
    (
        with_coordinates(f"{POINT}, pii: true"),
        "columns.origin: a pii column is dropped … its role must be identifier or ignored",
    ),
    (with_coordinates(POINT, "origin"), "derived.km.haversine: must hold at least 2, and holds 1"),
    (
        with_coordinates(POINT, "weight, weight, weight, weight, weight"),
        "derived.km.haversine: must hold no more than 4, and ho",
    ),
]

COORDINATES_MISTAKES_ACROSS_KEYS = [
    (
        with_coordinates(POINT, "origin, weight"),
        "derived.km.haversine: name two points, each as … these columns are coordinates, numeric",
    ),
    (
        with_coordinates(POINT, "weight, origin, weight"),
        "derived.km.haversine: name two points, … these columns are numeric, coordinates, numeric",
    ),
    (
        with_coordinates(POINT, "origin, goal, goal"),
        "derived.km.haversine: name two points, … coordinates, coordinates, coord",
    ),
    (with_coordinates(POINT, "origin, gaol"), "derived.km.haversine: no column 'gaol'; did you mean 'goal'?"),
    (
        with_coordinates(POINT, "origin, weight, mode"),
        "derived.km.haversine: column 'mode' has role categorical; it must be nu",
    ),
    (
        with_coordinates(f"{POINT}, available_at: delivered", "origin, goal"),
        "derived.km.haversine: 'origin' is only known later, at delivered",
    ),
]

CORRECT_COORDINATES = [
    with_coordinates(POINT, "origin, goal"),
    with_coordinates(POINT, "weight, weight, goal"),
    with_coordinates(POINT.replace("lat_lon", "lon_lat"), "origin, weight, weight"),
    with_coordinates(POINT, "weight, weight, weight, weight"),
]

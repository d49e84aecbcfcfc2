"""The order of latitude and longitude in a text; apart from the parser, because the schema is read without NumPy."""

from typing import Literal

AxisOrder = Literal["lat_lon", "lon_lat"]

"""Points on the earth as one text: `12.97,77.59`, `(12.97; 77.59)`, `POINT(77.59 12.97)`."""

import re
from functools import cache

import numpy as np

from delay_core.coordinates import Degrees
from delay_core.parsing.axis_order import AxisOrder
from delay_core.parsing.values import Mask, Values

_SEPARATORS = {".": r"\s*[,;]\s*|\s+", ",": r"\s*;\s*|,?\s+"}
"""Between two numbers, by their decimal sign."""


def parse_coordinates(
    values: Values, absent: Mask, decimal: str, axis_order: AxisOrder
) -> tuple[Degrees, Degrees, Mask]:
    """Latitudes and longitudes [rows], NaN where absent or unreadable, and which values [rows] are unreadable.

    Well-known text has points as its decimal signs whatever `decimal` is.
    """
    patterns = _patterns(decimal)
    pairs = np.full((len(values), 2), np.nan)
    for row in np.flatnonzero(~absent):
        value = values[row]
        if isinstance(value, str):
            match = next(filter(None, (pattern.fullmatch(value.strip()) for pattern in patterns)), None)
            if match is not None:
                pairs[row] = [float(number.replace(",", ".")) for number in match.group("first", "second")]
    first, second = pairs.T
    latitudes, longitudes = (first, second) if axis_order == "lat_lon" else (second, first)
    return latitudes, longitudes, ~absent & np.isnan(first)


@cache
def _patterns(decimal: str) -> tuple[re.Pattern[str], ...]:
    """The spellings of a point; each has the groups `first` and `second`."""
    pair, well_known_pair = _pair(decimal, _SEPARATORS[decimal]), _pair(".", r"\s+")
    well_known_text = rf"(?:SRID=4326;\s*)?POINT\s*\({well_known_pair}\)"
    spellings = (pair, rf"\({pair}\)", rf"\[{pair}\]", well_known_text)
    return tuple(re.compile(spelling, re.IGNORECASE) for spelling in spellings)


def _pair(decimal: str, separator: str) -> str:
    number = rf"[+-]?[0-9]+(?:{re.escape(decimal)}[0-9]+)?(?:e[+-]?[0-9]+)?"
    return rf"\s*(?P<first>{number})(?:{separator})(?P<second>{number})\s*"

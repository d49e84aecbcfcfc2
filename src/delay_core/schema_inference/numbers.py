"""Numbers in a column: what its texts and values read as, in the table's style."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference.number_style import Style
from delay_core.schema_inference.profile import Mask, Profile

Floats = NDArray[np.float64]

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read(profile: Profile, absent: Mask, style: Style, strip: Sequence[str]) -> Floats:
    """The number that each distinct value is, NaN where it is none; booleans are none."""
    found = np.full(len(profile.distinct), np.nan)
    pattern = _PLAIN if style.plain else style.pattern
    for place in np.flatnonzero(~absent):
        value = profile.distinct[place]
        if isinstance(value, str):
            found[place] = _of_text(value, pattern, strip)
        elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            found[place] = float(value)
    found[~np.isfinite(found)] = np.nan
    return found


def _of_text(text: str, pattern: re.Pattern[str], strip: Sequence[str]) -> float:
    text = text.strip()
    for around in strip:
        text = text.removeprefix(around).removesuffix(around).strip()
    match = pattern.fullmatch(text)
    if match is None:
        return np.nan
    if not match.re.groups:
        return float(text)
    sign, whole, fraction, exponent = match.groups()
    digits = "".join(character for character in whole if character.isdigit())
    return float(f"{sign}{digits}.{fraction or '0'}{exponent}")


def placeholders(numbers: Floats, counts: NDArray[np.int64]) -> list[int]:
    """Places of values such as -999 or 99999 that lie far from all others, and repeat."""
    usual = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0)
    suspects = [int(place) for place in np.flatnonzero(np.isin(numbers, usual)) if counts[place] >= 2]
    others = np.delete(numbers, suspects)
    others = others[~np.isnan(others)]
    if len(others) < 5:
        return []
    low, high = others.min(), others.max()
    return [
        place
        for place in suspects
        if (numbers[place] < 0 <= low) or numbers[place] < low - 3 * (high - low) or numbers[place] > max(3 * high, 99)
    ]


def is_code(texts: Sequence[str]) -> bool:
    """Whether digits are a code rather than a number: leading zeros, all of one length."""
    digits = [text for text in texts if text.isdigit()]
    zeros = sum(1 for text in digits if text.startswith("0") and len(text) > 1)
    return len(digits) > 0 and zeros >= max(1, len(digits) // 50)

"""Text or typed values to canonical arrays. A value that cannot be parsed is masked, never coerced."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.object_]
Mask = NDArray[np.bool_]


def is_missing(values: Values, null_tokens: Sequence[str]) -> Mask:
    """True where a value is absent: None, NaN, NaT, or one of the declared tokens."""
    tokens = frozenset(null_tokens)
    try:
        absent = np.fromiter(map(tokens.__contains__, values), bool, len(values))
    except TypeError:  # a list or a mapping among them has no hash
        absent = np.array([type(value) is str and value in tokens for value in values], dtype=bool)
    absent |= np.asarray(pd.isna(values), dtype=bool)
    return absent


def all_text(values: Values) -> bool:
    """Whether every value is text, as in a CSV file."""
    return set(map(type, values)) <= {str}


def parse_numbers(values: Values, absent: Mask) -> tuple[NDArray[np.float64], Mask]:
    """Values as float64 (NaN where absent or unreadable), and which ones are unreadable [rows]."""
    parsed = np.full(len(values), np.nan)
    present = values[~absent] if absent.any() else values
    parsed[~absent] = _read_numbers(present)
    return parsed, ~absent & np.isnan(parsed)


def _read_numbers(values: Values) -> NDArray[np.float64]:
    types = set(map(type, values))
    if types <= {float, int}:
        read: Callable[[Any], float] = float
    elif types <= {str} and "_" not in "".join(values):
        read = _read_text
    else:
        read = _read_number
    try:
        parsed = np.fromiter(map(read, values), np.float64, len(values))
    except OverflowError:  # a whole number greater than every float
        parsed = np.fromiter(map(_read_number, values), np.float64, len(values))
    return np.where(np.isfinite(parsed), parsed, np.nan)


def _read_text(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _read_number(value: object) -> float:
    """The float that Python reads, or NaN: booleans, infinities and `1_000` are not numbers here."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, str | int | float | np.integer | np.floating):
        return np.nan
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return np.nan
    return np.nan if not np.isfinite(number) or (isinstance(value, str) and "_" in value) else number


def parse_texts(values: Values, absent: Mask) -> tuple[Values, Mask]:
    """Values as text (None where absent or unreadable), and which values [rows] are unreadable.

    Lists, mappings and text with half a surrogate pair are unreadable.
    A typed number is its text, a typed boolean `True` or `False`.
    """
    result = np.full(len(values), None, dtype=object)
    unreadable = np.zeros(len(values), dtype=bool)
    present = values[~absent]
    if all_text(present) and _is_text("".join(present)):
        result[~absent] = present
        return result, unreadable
    for row in np.flatnonzero(~absent):
        value = values[row]
        if isinstance(value, str) and _is_text(value):
            result[row] = value
        elif isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating):
            result[row] = str(value)
        else:
            unreadable[row] = True
    return result, unreadable


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can carry and no store can keep
        return False
    return True

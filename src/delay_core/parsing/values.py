"""Text or typed values to canonical arrays. A value that cannot be parsed is masked, never coerced."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.canonical_text import canonical_text, is_canonical, is_encodable, is_inexact, spellings

Values = NDArray[np.object_]
Mask = NDArray[np.bool_]


def is_missing(values: Values, null_tokens: Collection[str]) -> Mask:
    """True where a value is absent: None, NaN, NaT, or one of the declared tokens."""
    absent = equals_any(values, null_tokens)
    absent |= np.asarray(pd.isna(values), dtype=bool)
    return absent


def equals_any(values: Values | Sequence[Any], texts: Collection[str]) -> Mask:
    """Which values [rows] have the canonical text of one of these, whatever their type and spelling."""
    written = frozenset(spelling for text in texts for spelling in spellings(text))
    canonical = {canonical_text(text) for text in texts} - {""}
    if not canonical or all_text(values):
        with suppress(TypeError):  # a list or a mapping among them has no hash
            return np.fromiter(map(written.__contains__, values), bool, len(values))
    is_equal = [value in written if type(value) is str else canonical_text(value) in canonical for value in values]
    return np.array(is_equal, dtype=bool)


def fill_empty(values: Values) -> Values:
    """The values with the empty text for None, NaN and NaT."""
    return np.where(np.asarray(pd.isna(values), dtype=bool), np.array("", dtype=object), values)


def all_text(values: Values | Sequence[Any]) -> bool:
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
    """Values as canonical texts (None where absent or unreadable), and which values [rows] are unreadable.

    Lists, mappings and text with half a surrogate pair are unreadable.
    """
    result = np.full(len(values), None, dtype=object)
    present = values[~absent]
    if all_text(present):
        distinct = set(present)
        if is_canonical(distinct):
            result[~absent] = present
            return result, np.zeros(len(values), dtype=bool)
        by_text = {text: _encodable_text(text) for text in distinct}
        result[~absent] = [by_text[text] for text in present]
    else:
        result[~absent] = [_encodable_text(value) for value in present]
    return result, ~absent & np.asarray(pd.isna(result), dtype=bool)


def are_inexact(values: Values) -> Mask:
    """Which values [rows] are floats so large that they do not hold every digit of a whole number."""
    if all_text(values):
        return np.zeros(len(values), dtype=bool)
    inexact = [isinstance(value, float | np.floating) and is_inexact(float(value)) for value in values]
    return np.array(inexact, dtype=bool)


def _encodable_text(value: object) -> str | None:
    text = canonical_text(value)
    return text if text is None or is_encodable(text) else None

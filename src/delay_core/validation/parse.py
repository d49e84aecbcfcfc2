"""Text or typed values to canonical arrays; a value that does not parse is masked, never coerced."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.object_]
Mask = NDArray[np.bool_]


def missing(values: Values, null_tokens: Sequence[str]) -> Mask:
    """True where a value is absent: None, NaN, NaT, or one of the declared tokens."""
    tokens = frozenset(null_tokens)
    absent = np.array([type(value) is str and value in tokens for value in values], dtype=bool)
    absent |= np.asarray(pd.isna(values), dtype=bool)
    return absent


def numbers(values: Values, absent: Mask) -> tuple[NDArray[np.float64], Mask]:
    """Values as float64 (NaN where absent or broken), and the mask of the broken ones."""
    parsed = np.full(len(values), np.nan)
    present = values[~absent]
    parsed[~absent] = _all_numbers(present)
    return parsed, ~absent & np.isnan(parsed)


def _all_numbers(values: Values) -> NDArray[np.float64]:
    if set(map(type, values)) <= {str} and "_" not in "".join(values):
        try:
            found = np.fromiter(map(float, values), np.float64, len(values))
        except ValueError:
            pass  # one of them is no number: each is read by itself below
        else:
            return np.where(np.isfinite(found), found, np.nan)
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    """The float that Python reads, or NaN: booleans, infinities and `1_000` are no numbers here."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, str | int | float | np.integer | np.floating):
        return np.nan
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return np.nan
    return np.nan if not np.isfinite(number) or (isinstance(value, str) and "_" in value) else number


def texts(values: Values, absent: Mask) -> tuple[Values, Mask]:
    """Values as text (None where absent or broken), and the mask of the broken: lists, booleans, half characters."""
    result = np.full(len(values), None, dtype=object)
    broken = np.zeros(len(values), dtype=bool)
    for i in np.flatnonzero(~absent):
        value = values[i]
        if isinstance(value, str) and _is_text(value):
            result[i] = value
        elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            result[i] = str(value)
        else:
            broken[i] = True
    return result, broken


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can carry and no store can keep
        return False
    return True


def times(values: Values, absent: Mask, formats: Sequence[str], timezone: str) -> tuple[NDArray[np.datetime64], Mask]:
    """Values as UTC datetime64[us] (NaT where absent or broken), and the mask of the broken ones.

    Naive times are read in `timezone`; one that the clocks skip or repeat there is broken, not guessed.
    """
    result = np.full(len(values), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    left = ~absent
    for form in formats:
        if not left.any():
            break
        places = np.flatnonzero(left)
        found = _in_format(values[places], form, timezone)
        good = ~np.isnat(found)
        result[places[good]] = found[good]
        left[places[good]] = False
    return result, left


def _in_format(values: Values, form: str, timezone: str) -> NDArray[np.datetime64]:
    written = np.array([_written(value) for value in values], dtype=object)
    aware = np.array([_has_zone(value) for value in written], dtype=bool)
    found = np.full(len(values), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    if not aware.all():
        naive = pd.DatetimeIndex(pd.to_datetime(pd.Series(written[~aware], dtype=object), format=form, errors="coerce"))
        local = naive.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
        found[~aware] = local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    if aware.any():
        zoned = pd.DatetimeIndex(
            pd.to_datetime(pd.Series(written[aware], dtype=object), format=form, errors="coerce", utc=True)
        )
        found[aware] = zoned.tz_localize(None).to_numpy().astype("datetime64[us]")
    return found


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value.isoformat()) if hasattr(value, "isoformat") else ""


def _has_zone(text: str) -> bool:
    return text.endswith(("Z", "z")) or "+" in text[10:] or ("-" in text[10:] and ":" in text)

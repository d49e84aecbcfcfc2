"""Text or typed values to canonical arrays; a value that does not parse is masked, never coerced."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.object_]
Mask = NDArray[np.bool_]


def missing(values: Values, null_tokens: Sequence[str]) -> Mask:
    """True where a value is absent: None, NaN, NaT, or one of the declared tokens."""
    absent: Mask = np.asarray(pd.isna(values), dtype=bool)
    return absent | np.isin(np.where(absent, "", values).astype(str), np.array(list(null_tokens), dtype=str)) & ~absent


def numbers(values: Values, absent: Mask) -> tuple[NDArray[np.float64], Mask]:
    """Values as float64 (NaN where absent or broken), and the mask of the broken ones."""
    parsed = np.full(len(values), np.nan)
    broken = np.zeros(len(values), dtype=bool)
    for i in np.flatnonzero(~absent):
        number = _number(values[i])
        if number is None:
            broken[i] = True
        else:
            parsed[i] = number
    return parsed, broken


def _number(value: object) -> float | None:
    """Exactly the float that Python reads; booleans, infinities and `1_000` are no numbers here."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, str | int | float | np.integer | np.floating):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if not np.isfinite(number) or (isinstance(value, str) and "_" in value) else number


def times(values: Values, absent: Mask, formats: Sequence[str], timezone: str) -> tuple[pd.DatetimeIndex, Mask]:
    """Values as UTC times (NaT where absent or broken), and the mask of the broken ones.

    Naive times are read in `timezone`; one that the clocks skip or repeat there is broken, not guessed.
    """
    result = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    left = ~absent
    for form in formats:
        if not left.any():
            break
        places = np.flatnonzero(left)
        found = _in_format(values[places], form, timezone)
        good = ~np.isnat(found)
        result[places[good]] = found[good]
        left[places[good]] = False
    return pd.DatetimeIndex(result).tz_localize("UTC"), left


def _in_format(values: Values, form: str, timezone: str) -> NDArray[np.datetime64]:
    texts = np.array([v.isoformat() if hasattr(v, "isoformat") else v for v in values], dtype=object)
    texts = np.array([v if isinstance(v, str) else "" for v in texts], dtype=object)
    aware = np.array([_has_zone(v) for v in texts], dtype=bool)
    found = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    if (~aware).any():
        naive = pd.DatetimeIndex(pd.to_datetime(pd.Series(texts[~aware]), format=form, errors="coerce"))
        local = naive.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
        found[~aware] = local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    if aware.any():
        zoned = pd.DatetimeIndex(pd.to_datetime(pd.Series(texts[aware]), format=form, errors="coerce", utc=True))
        found[aware] = zoned.tz_localize(None).to_numpy().astype("datetime64[us]")
    return found


def _has_zone(text: str) -> bool:
    return text.endswith(("Z", "z")) or ("+" in text[10:]) or ("-" in text[10:] and ":" in text)

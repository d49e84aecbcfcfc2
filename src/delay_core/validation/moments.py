"""Dates and times as UTC: in the declared formats, as numbers, or typed already."""

import re
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.validation.parse import Mask, Values, all_text, numbers

Times = NDArray[np.datetime64]

_ZONED = re.compile(r"[0-9](?:[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)$", re.MULTILINE)
_DAY = 86_400_000_000
_NUMERIC = {"excel": (_DAY, "1899-12-30"), "epoch_s": (1_000_000, "1970-01-01"), "epoch_ms": (1_000, "1970-01-01")}
"""Format → microseconds in its unit, and the day that it counts from."""
_LAST = 253_402_300_800_000_000
"""The year 10,000, in microseconds of 1970."""


def times(values: Values, absent: Mask, formats: Sequence[str], timezone: str) -> tuple[Times, Mask]:
    """Values as UTC datetime64[us] (NaT where absent or broken), and the mask of the broken ones.

    Naive times are read in `timezone`; one that the clocks skip or repeat there is broken, not guessed.
    A typed date needs no format.
    """
    result = _nothing(len(values))
    left = ~absent
    typed = left & _typed(values)
    if typed.any():
        written = np.array([_iso(value) for value in values[typed]], dtype=object)
        result[typed] = _text_in_format(written, "ISO8601", timezone)
        left &= ~typed
    for form in formats:
        if not left.any():
            break
        places = np.flatnonzero(left)
        found = _in_format(values[places], form, timezone)
        good = ~np.isnat(found)
        result[places[good]] = found[good]
        left[places[good]] = False
    return result, left | (typed & np.isnat(result))


def utc(naive: Times, timezone: str) -> Times:
    """Local times as UTC; NaT where the clocks of the zone skip or repeat one."""
    if timezone == "UTC":
        return naive.astype("datetime64[us]")
    local = pd.DatetimeIndex(naive).tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    return local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")


def instant(moment: datetime, timezone: str) -> np.datetime64:
    """A moment of the schema as UTC; a naive one is read in its timezone."""
    stamp = pd.Timestamp(moment)
    aware = stamp.tz_localize(timezone) if stamp.tzinfo is None else stamp
    return np.datetime64(aware.tz_convert("UTC").tz_localize(None).to_pydatetime(), "us")


def _nothing(rows: int) -> Times:
    return np.full(rows, np.datetime64("NaT", "us"), dtype="datetime64[us]")


def _typed(values: Values) -> Mask:
    if all_text(values):
        return np.zeros(len(values), dtype=bool)
    return np.array([isinstance(value, date | np.datetime64) for value in values], dtype=bool)


def _iso(value: object) -> str:
    return str(value.isoformat()) if isinstance(value, date) else str(value)


def _in_format(values: Values, form: str, timezone: str) -> Times:
    if form in _NUMERIC:
        return _number_in_format(values, form, timezone)
    return _text_in_format(np.array([v if isinstance(v, str) else "" for v in values], dtype=object), form, timezone)


def _number_in_format(values: Values, form: str, timezone: str) -> Times:
    unit, origin = _NUMERIC[form]
    found, _ = numbers(values, np.zeros(len(values), dtype=bool))
    start = np.datetime64(origin, "us")
    with np.errstate(invalid="ignore"):
        micros = found * unit + start.astype(np.int64)
        readable = np.abs(micros) < _LAST
    result = _nothing(len(values))
    result[readable] = np.round(micros[readable] / 1000).astype(np.int64).astype("datetime64[ms]")
    return utc(result, timezone) if form == "excel" else result


def _text_in_format(written: Values, form: str, timezone: str) -> Times:
    found = _nothing(len(written))
    aware = _aware(written)
    if not aware.all():
        naive = pd.DatetimeIndex(pd.to_datetime(pd.Series(written[~aware], dtype=object), format=form, errors="coerce"))
        found[~aware] = utc(naive.to_numpy(), timezone)
    if aware.any():
        zoned = pd.to_datetime(pd.Series(written[aware], dtype=object), format=form, errors="coerce", utc=True)
        found[aware] = pd.DatetimeIndex(zoned).tz_localize(None).to_numpy().astype("datetime64[us]")
    return found


def _aware(written: Values) -> Mask:
    """Where a time names its zone: `Z`, or an offset after a time of day."""
    if not _ZONED.search("\n".join(written)):
        return np.zeros(len(written), dtype=bool)
    return np.array([":" in text and _ZONED.search(text) is not None for text in written], dtype=bool)

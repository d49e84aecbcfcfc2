"""Dates and times as UTC: in the declared formats, as numbers, or typed already."""

import re
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.parsing.date_formats import ISO_8601, NUMERIC_DATE_FORMATS, NumericDateFormat
from delay_core.parsing.values import Mask, Values, all_text, parse_numbers

Times = NDArray[np.datetime64]
NO_TIME = np.datetime64("NaT", "us")

_ZONED = re.compile(r"[0-9](?:[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)$", re.MULTILINE)
_MAX_MICROSECONDS = 253_402_300_800_000_000
"""The year 10,000, in microseconds since 1970."""


def parse_times(values: Values, absent: Mask, formats: Sequence[str], timezone: str) -> tuple[Times, Mask]:
    """Values as UTC datetime64[us] (NaT where absent or unreadable), and which ones are unreadable [rows].

    Times without an offset are in `timezone`; a local time that the clocks skip or repeat there is unreadable. A typed
    date needs no format.
    """
    result = _no_times(len(values))
    unread = ~absent
    typed = unread & _is_typed(values)
    if typed.any():
        written = np.array([_to_iso(value) for value in values[typed]], dtype=object)
        result[typed] = _parse_text(written, ISO_8601, timezone)
        unread &= ~typed
    for form in formats:
        if not unread.any():
            break
        rows = np.flatnonzero(unread)
        times = _parse_format(values[rows], form, timezone)
        readable = ~np.isnat(times)
        result[rows[readable]] = times[readable]
        unread[rows[readable]] = False
    return result, unread | (typed & np.isnat(result))


def to_utc(local: Times, timezone: str) -> Times:
    """Local times as UTC; NaT where the clocks of the zone skip or repeat one."""
    if timezone == "UTC":
        return local.astype("datetime64[us]")
    zoned = pd.DatetimeIndex(local).tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    return zoned.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")


def instant(moment: datetime, timezone: str) -> np.datetime64:
    """A moment of the schema as UTC; without an offset it is in `timezone`."""
    stamp = pd.Timestamp(moment)
    aware = stamp.tz_localize(timezone) if stamp.tzinfo is None else stamp
    return np.datetime64(aware.tz_convert("UTC").tz_localize(None).to_pydatetime(), "us")


def _no_times(rows: int) -> Times:
    return np.full(rows, NO_TIME, dtype="datetime64[us]")


def _is_typed(values: Values) -> Mask:
    if all_text(values):
        return np.zeros(len(values), dtype=bool)
    return np.array([isinstance(value, date | np.datetime64) for value in values], dtype=bool)


def _to_iso(value: object) -> str:
    return str(value.isoformat()) if isinstance(value, date) else str(value)


def _parse_format(values: Values, form: str, timezone: str) -> Times:
    if form in NUMERIC_DATE_FORMATS:
        return _parse_numeric(values, NUMERIC_DATE_FORMATS[form], timezone)
    texts = [value if isinstance(value, str) else "" for value in values]
    return _parse_text(np.array(texts, dtype=object), form, timezone)


def _parse_numeric(values: Values, form: NumericDateFormat, timezone: str) -> Times:
    counts, _ = parse_numbers(values, np.zeros(len(values), dtype=bool))
    start = np.datetime64(form.origin, "us")
    with np.errstate(invalid="ignore"):
        micros = counts * form.microseconds + start.astype(np.int64)
        readable = np.abs(micros) < _MAX_MICROSECONDS
    result = _no_times(len(values))
    result[readable] = np.round(micros[readable] / 1000).astype(np.int64).astype("datetime64[ms]")
    return to_utc(result, timezone) if form.is_local else result


def _parse_text(texts: Values, form: str, timezone: str) -> Times:
    times = _no_times(len(texts))
    zoned = _has_zone(texts)
    if not zoned.all():
        local = pd.DatetimeIndex(pd.to_datetime(pd.Series(texts[~zoned], dtype=object), format=form, errors="coerce"))
        times[~zoned] = to_utc(local.to_numpy(), timezone)
    if zoned.any():
        aware = pd.to_datetime(pd.Series(texts[zoned], dtype=object), format=form, errors="coerce", utc=True)
        times[zoned] = pd.DatetimeIndex(aware).tz_localize(None).to_numpy().astype("datetime64[us]")
    return times


def _has_zone(texts: Values) -> Mask:
    """Whether each time names its zone: `Z`, or an offset after a time of day."""
    if not _ZONED.search("\n".join(texts)):
        return np.zeros(len(texts), dtype=bool)
    return np.array([":" in text and _ZONED.search(text) is not None for text in texts], dtype=bool)

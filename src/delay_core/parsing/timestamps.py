"""Dates and times as UTC: in the declared formats, as numbers, or typed already. No other spelling is a date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.canonical_text import MAX_EXACT_FLOAT
from delay_core.parsing.date_formats import EXCEL, NUMERIC_DATE_FORMATS, NumericDateFormat
from delay_core.parsing.date_patterns import WrittenTime, date_pattern
from delay_core.parsing.fixed_width import to_characters
from delay_core.parsing.local_time import NO_TIME, LocalClock, Times, named_offset, to_utc
from delay_core.parsing.values import Mask, Values, all_text, parse_numbers

MIN_MOMENT, MAX_MOMENT = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-31", "us")
"""The moments that every zone, and every reader of the output, can represent: UTC, both included."""

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?")
_MAX_MICROSECONDS = 253_402_300_800_000_000
"""The year 10,000, in microseconds since 1970."""


@dataclass(frozen=True)
class TimeReading:
    """How dates and times are read: in these formats, tried in order, and by the clock for times without an offset."""

    formats: tuple[str, ...]
    clock: LocalClock


class ParsedTimes(NamedTuple):
    """UTC datetime64[us] [rows], NaT where absent or refused; and which rows [rows] are refused, for which reason.

    `repeated` and `skipped`: a local time that occurs twice, or never.
    """

    times: Times
    unreadable: Mask
    repeated: Mask
    skipped: Mask

    @property
    def refused(self) -> Mask:
        return self.unreadable | self.repeated | self.skipped


class _WrittenTimes(NamedTuple):
    """Times [rows] as they are written, NaT where unreadable: local, or UTC where the value has an offset."""

    times: Times
    is_utc: Mask


def parse_times(values: Values, absent: Mask, reading: TimeReading) -> ParsedTimes:
    """The values [rows] as times. A typed date needs no format; of the formats, the first that fits a text decides."""
    written = _read(values, absent, reading.formats, reading.clock.timezone)
    local = np.where(written.is_utc, NO_TIME, written.times) if written.is_utc.any() else written.times
    times, repeated, skipped = to_utc(local, reading.clock)
    unreadable = ~absent & np.isnat(written.times)
    return ParsedTimes(np.where(written.is_utc, written.times, times), unreadable, repeated, skipped)


def parse_days(values: Values, formats: Sequence[str]) -> NDArray[np.datetime64]:
    """The values [rows] as days, NaT for any that is no date, or has an offset or a time of day but midnight."""
    written = _read(values, np.zeros(len(values), dtype=bool), formats, "UTC")
    days = written.times.astype("datetime64[D]")
    return np.where(written.is_utc | (days != written.times), np.datetime64("NaT", "D"), days)


def instant(moment: datetime, timezone: str) -> np.datetime64:
    """A moment of the schema as UTC; without an offset it is in `timezone`."""
    stamp = pd.Timestamp(moment)
    aware = stamp.tz_localize(timezone) if stamp.tzinfo is None else stamp
    return np.datetime64(aware.tz_convert("UTC").tz_localize(None).to_pydatetime(), "us")


def _read(values: Values, absent: Mask, formats: Sequence[str], timezone: str) -> _WrittenTimes:
    rows = len(values)
    written = _WrittenTimes(_no_times(rows), np.zeros(rows, dtype=bool))
    only_text = all_text(values)
    typed = np.zeros(rows, dtype=bool) if only_text else ~absent & _is_typed(values)
    if typed.any():
        written.times[typed], written.is_utc[typed] = _read_typed(values[typed])
    for form in formats:
        unread = np.flatnonzero(np.isnat(written.times) & ~absent & ~typed)
        if not len(unread):
            break
        selected = (values if len(unread) == rows else values[unread]).tolist()
        written.times[unread], written.is_utc[unread] = _read_format(selected, form, timezone, only_text=only_text)
    return written


def _no_times(rows: int) -> Times:
    return np.full(rows, NO_TIME, dtype="datetime64[us]")


def _is_typed(values: Values) -> Mask:
    return np.array([isinstance(value, date | np.datetime64) for value in values], dtype=bool)


def _read_typed(values: Values) -> _WrittenTimes:
    written = [_from_typed(value) for value in values]
    return _WrittenTimes(
        np.array([moment for moment, _ in written], dtype="datetime64[us]"),
        np.array([is_utc for _, is_utc in written], dtype=bool),
    )


def _from_typed(value: date | np.datetime64) -> tuple[np.datetime64, bool]:
    """The time, and whether it is in UTC."""
    if isinstance(value, np.datetime64):
        year = int(value.astype("datetime64[Y]").astype(np.int64)) + 1970
        return (value.astype("datetime64[us]") if date.min.year <= year <= date.max.year else NO_TIME), False
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    offset = value.utcoffset()
    local = np.datetime64(value.replace(tzinfo=None), "us")
    return local - np.timedelta64(offset or timedelta(0)), offset is not None


def _read_format(values: list[Any], form: str, timezone: str, *, only_text: bool) -> _WrittenTimes:
    if form in NUMERIC_DATE_FORMATS:
        return _read_numbers(values, NUMERIC_DATE_FORMATS[form])
    return _read_texts(values if only_text else [_to_text(value) for value in values], form, timezone)


def _to_text(value: object) -> str:
    """A text, and a whole number as its digits: a file of another type has 20240131 as a number. Else no date."""
    if isinstance(value, str):
        return value
    match value:
        case bool():
            return ""
        case int() | np.integer():
            whole = int(value)
        case float() | np.floating() if float(value).is_integer():
            whole = int(value)
        case _:
            return ""
    return str(whole) if abs(whole) < MAX_EXACT_FLOAT else ""


def _read_numbers(values: Sequence[Any], form: NumericDateFormat) -> _WrittenTimes:
    plain = [not isinstance(value, str) or _PLAIN_NUMBER.fullmatch(value) is not None for value in values]
    counts, _ = parse_numbers(np.fromiter(values, object, len(values)), ~np.array(plain, dtype=bool))
    if form is EXCEL:
        counts[(counts > 0) & (counts < 1)] = np.nan  # a time of day, without a day
    start = np.datetime64(form.origin, "us")
    with np.errstate(invalid="ignore", over="ignore"):
        micros = counts * form.microseconds + start.astype(np.int64)
        readable = np.abs(micros) < _MAX_MICROSECONDS
    times = _no_times(len(values))
    times[readable] = np.round(micros[readable] / 1000).astype(np.int64).astype("datetime64[ms]")
    return _WrittenTimes(times, np.full(len(values), not form.is_local))


def _read_texts(texts: list[str], form: str, timezone: str) -> _WrittenTimes:
    """Texts in a format that is no number."""
    written = _WrittenTimes(_no_times(len(texts)), np.zeros(len(texts), dtype=bool))
    pattern = date_pattern(form)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    for length, layouts in pattern.layouts.items():
        rows = np.flatnonzero(lengths == length)
        for layout in layouts:
            if not len(rows):
                break
            selected = texts if len(rows) == len(texts) else [texts[row] for row in rows]
            times, valid = layout.read(to_characters(selected, length))
            if valid.all() and len(rows) == len(texts):
                return _WrittenTimes(times, np.full(len(texts), layout.has_zone))
            written.times[rows[valid]] = times[valid]
            written.is_utc[rows[valid]] = layout.has_zone
            rows = rows[~valid]
    distinct: dict[str, tuple[np.datetime64, bool]] = {}
    for row in np.flatnonzero(np.isnat(written.times)):
        text = texts[row]
        if text not in distinct:
            distinct[text] = _to_time(pattern.read(text), timezone)
        written.times[row], written.is_utc[row] = distinct[text]
    return written


def _to_time(written: WrittenTime | None, timezone: str) -> tuple[np.datetime64, bool]:
    """The time, and whether it is in UTC."""
    if written is None:
        return NO_TIME, False
    local = np.datetime64(written.local, "us")
    if written.zone_name is None and written.offset is None:
        return local, False
    offset = written.offset
    if written.zone_name is not None:
        offset = named_offset(written.local, written.zone_name, timezone)
    return (NO_TIME if offset is None else local - np.timedelta64(offset)), offset is not None

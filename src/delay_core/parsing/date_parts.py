"""Dates whose parts are in several columns: year, month and day or a whole date, and a time of day."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.canonical_text import canonical_text
from delay_core.parsing.fixed_width import calendar_days
from delay_core.parsing.local_time import NO_TIME, Times
from delay_core.parsing.timestamps import parse_days
from delay_core.parsing.values import Mask, Values

Integers = NDArray[np.int64]

_LIMITS: Mapping[str, tuple[int, int]] = {
    "year": (1000, 9999),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 24),
    "minute": (0, 59),
}
"""The least and the greatest value of each part. The century of a year of two digits would be a guess."""
_NUMBER = re.compile(r"([0-9]{1,4})(?:\.0*)?", re.ASCII)
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(?: ?([ap])m)?", re.ASCII | re.IGNORECASE
)
_MINUTE, _DAY = 60_000_000, 86_400_000_000
_INVALID = -1
_LAST = np.datetime64("9999-12-31T23:59:59.999999", "us")
_HASHED_TYPES = frozenset([str, int, float, time])
"""Values of one of these types are equal only if they are the same part."""


class ComposedTimes(NamedTuple):
    """Local times [rows], NaT where the parts are no date; and of each part which values [rows] no date has."""

    times: Times
    invalid: dict[str, Mask]


def compose_times(parts: Mapping[str, Values], formats: Sequence[str]) -> ComposedTimes:
    """The dates of these values [rows]: year, month and day, or a date in these formats; time, or hour and minute."""
    readers: Mapping[str, Callable[[Values], Integers]] = {"time": _read_clocks}
    numbers = {part: readers.get(part, _read_numbers)(values) for part, values in parts.items() if part != "date"}
    limits = {**_LIMITS, "time": (0, _DAY)}
    outside = {part: (values < limits[part][0]) | (values > limits[part][1]) for part, values in numbers.items()}
    if "date" in parts:
        days = parse_days(parts["date"], formats)
        outside = {"date": np.isnat(days), **outside}
        exist = ~outside["date"]
    else:
        days, exist = calendar_days(numbers["year"], numbers["month"], numbers["day"])
    clock = numbers["time"] if "time" in parts else _clock_of(numbers, len(days))
    valid = exist & (clock <= _DAY) & ~np.logical_or.reduce(list(outside.values()))
    times = np.where(valid, days.astype("datetime64[us]") + clock.astype("timedelta64[us]"), NO_TIME)
    return ComposedTimes(np.where(times <= _LAST, times, NO_TIME), outside)


def _clock_of(numbers: Mapping[str, Integers], rows: int) -> Integers:
    none = np.zeros(rows, dtype=np.int64)
    return (numbers.get("hour", none) * 60 + numbers.get("minute", none)) * _MINUTE


def _read_numbers(values: Values) -> Integers:
    return _read(values, _number)


def _read_clocks(values: Values) -> Integers:
    return _read(values, _microseconds)


def _read(values: Values, read_text: Callable[[str], int]) -> Integers:
    """Reads each distinct value once."""
    types = set(map(type, values))
    keys = values if len(types) == 1 and types <= _HASHED_TYPES else [canonical_text(value) or "" for value in values]
    numbers = {key: read_text(canonical_text(key) or "") for key in set(keys)}
    return np.fromiter(map(numbers.__getitem__, keys), np.int64, len(values))


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    return _INVALID if match is None else int(match[1])


def _microseconds(text: str) -> int:
    """Since midnight; `24:00` is the midnight at the end of the day."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        number = _number(text)
        return _INVALID if number < 0 else _since_midnight(*divmod(number, 100))
    hour, minute, second, fraction, half = match.groups()
    if half is None:
        return _since_midnight(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
    if not 1 <= int(hour) <= 12:
        return _INVALID
    noon = 12 if half in "pP" else 0
    return _since_midnight(int(hour) % 12 + noon, int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))


def _since_midnight(hour: int, minute: int, second: int = 0, microsecond: int = 0) -> int:
    total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond
    return total if minute < 60 and second < 60 and total <= _DAY else _INVALID

"""Local times as UTC, and what becomes of the hours that the clocks of a zone repeat or skip."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Mask = NDArray[np.bool_]

RepeatedHour = Literal["quarantine", "first", "second"]
SkippedHour = Literal["quarantine", "shift_forward"]

NO_TIME = np.datetime64("NaT", "us")
_FIRST, _END = np.datetime64("1700-01-01", "us"), np.datetime64("9000-01-01", "us")
"""Pandas converts all times between these; zoneinfo also those before and after."""


@dataclass(frozen=True)
class LocalClock:
    """The clocks of a zone, and which moment a local time means that occurs twice or never.

    A midnight is the beginning of its day: the first of two, or the first moment after a gap.
    """

    timezone: str
    repeated_hour: RepeatedHour = "quarantine"
    skipped_hour: SkippedHour = "quarantine"


class UtcTimes(NamedTuple):
    """UTC [rows], NaT where there is none; and which local times [rows] are refused as repeated or as skipped."""

    times: Times
    repeated: Mask
    skipped: Mask


def to_utc(local: Times, clock: LocalClock) -> UtcTimes:
    """Local times [rows] as UTC datetime64[us]."""
    local = local.astype("datetime64[us]")
    repeated, skipped = np.zeros(len(local), dtype=bool), np.zeros(len(local), dtype=bool)
    if clock.timezone == "UTC":
        return UtcTimes(local, repeated, skipped)
    usual = (local >= _FIRST) & (local < _END)
    zone = ZoneInfo(clock.timezone)
    zoned = pd.DatetimeIndex(np.where(usual, local, NO_TIME)).tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    times = np.array(zoned.tz_convert("UTC").tz_localize(None), dtype="datetime64[us]")
    for row in np.flatnonzero(np.isnat(times) & ~np.isnat(local)):
        offset = _find_offset(local[row].item(), clock)
        if isinstance(offset, timedelta):
            times[row] = local[row] - np.timedelta64(offset)
        else:
            (repeated if offset == "repeated" else skipped)[row] = True
    return UtcTimes(times, repeated, skipped)


def named_offset(local: datetime, zone_name: str, timezone: str) -> timedelta | None:
    """The offset of a local time with a zone's name: UTC, GMT, or as the zone calls that time; None for any other."""
    if zone_name.upper() in ("UTC", "GMT"):
        return timedelta(0)
    zone = ZoneInfo(timezone)
    for fold in (0, 1):
        aware = local.replace(tzinfo=zone, fold=fold)
        if aware.tzname() == zone_name.upper():
            return aware.utcoffset()
    return None


@lru_cache(maxsize=4096)
def _find_offset(local: datetime, clock: LocalClock) -> timedelta | Literal["repeated", "skipped"]:
    """The offset from UTC of a local time, or why it has none."""
    zone = ZoneInfo(clock.timezone)
    before, after = (_offset(local, zone, fold) for fold in (0, 1))
    if before == after:
        return before
    is_midnight = local.time() == datetime.min.time()
    if before > after:
        if is_midnight or clock.repeated_hour == "first":
            return before
        return after if clock.repeated_hour == "second" else "repeated"
    if is_midnight:
        start = _end_of_gap(local, before, after, zone)
        if (start + after).date() == local.date():
            return local - start
    return before if clock.skipped_hour == "shift_forward" else "skipped"


def _offset(local: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    return local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)


def _end_of_gap(local: datetime, before: timedelta, after: timedelta, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the clocks skip this local time."""
    low, high = 0, int((after - before).total_seconds())
    while low < high:
        middle = (low + high) // 2
        moment = local - after + timedelta(seconds=middle)
        is_after = _offset_at(moment, zone) == after
        low, high = (low, middle) if is_after else (middle + 1, high)
    return local - after + timedelta(seconds=low)


def _offset_at(moment: datetime, zone: ZoneInfo) -> timedelta:
    """The offset at a moment in UTC."""
    return zone.fromutc(moment.replace(tzinfo=zone)).utcoffset() or timedelta(0)

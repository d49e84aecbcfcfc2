"""What the columns of a table measure: times, times of day, numbers and codes; equal kinds can be compared."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema

Floats = NDArray[np.float64]
Kind = Literal["time", "time of day", "number", "code"]

MINUTES_PER_DAY = 1440
_CLOCK = re.compile("([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


@dataclass(frozen=True)
class Quantity:
    """A column as one kind of quantity.

    `values` [rows] are days of a time, minutes of a time of day, or numbers, NaN where missing; of a code, its texts
    and None. A column may be several quantities: 925 is a number, and the time of day 09:25.
    """

    column: str
    kind: Kind
    values: NDArray[Any]
    unit: str | None = None


def quantities(schema: ShipmentSchema, columns: Mapping[str, NDArray[Any]]) -> Iterator[Quantity]:
    """Each column [rows], or derived feature, as every quantity that it may be."""
    for name, values in columns.items():
        if values.dtype.kind == "M":
            yield Quantity(name, "time", _days(values))
            yield Quantity(name, "time of day", _local_minutes(values, schema.source.timezone))
        elif values.dtype.kind == "f":
            numbers = values.astype(np.float64)
            yield Quantity(name, "number", numbers, schema.columns[name].unit if name in schema.columns else None)
            if (minutes := _clock_number_minutes(numbers)) is not None:
                yield Quantity(name, "time of day", minutes)
        else:
            yield Quantity(name, "code", values)
            if (minutes := _clock_text_minutes(values)) is not None:
                yield Quantity(name, "time of day", minutes)


def _days(times: NDArray[np.datetime64]) -> Floats:
    microseconds = times.astype("datetime64[us]").astype(np.int64) / (MINUTES_PER_DAY * 60e6)
    return np.where(np.isnat(times), np.nan, microseconds)


def _local_minutes(times: NDArray[np.datetime64], timezone: str) -> Floats:
    local = pd.DatetimeIndex(times).tz_localize("UTC").tz_convert(timezone)
    return np.asarray(local.hour * 60 + local.minute + local.second / 60, dtype=np.float64)


def _clock_number_minutes(numbers: Floats) -> Floats | None:
    """The minutes of numbers [rows] like 925 (hhmm) or 92500 (hhmmss); None if one of them is none."""
    present = numbers[~np.isnan(numbers)]
    if not len(present) or present.min() < 0 or (present != np.floor(present)).any():
        return None
    largest = present.max()
    if 100 <= largest <= 2400:
        hours, minutes, seconds = numbers // 100, numbers % 100, np.zeros(len(numbers))
    elif 10_000 <= largest <= 240_000:
        hours, minutes, seconds = numbers // 10_000, numbers // 100 % 100, numbers % 100
    else:
        return None
    is_clock = np.isnan(numbers) | ((minutes < 60) & (seconds < 60))
    return hours * 60 + minutes + seconds / 60 if is_clock.all() else None


def _clock_text_minutes(texts: NDArray[np.object_]) -> Floats | None:
    """The minutes of texts [rows] like 09:25 or 09:25:00; None if one of them is none."""
    codes, values = pd.factorize(texts)
    matches = list(takewhile(bool, (_CLOCK.fullmatch(str(value)) for value in values)))
    if not matches or len(matches) < len(values):
        return None
    minutes = [_minutes(*match.groups("0")) for match in matches if match]
    return np.append(minutes, np.nan)[codes]  # the code of a missing value is -1: the last entry


def _minutes(hours: str, minutes: str, seconds: str) -> float:
    return int(hours) * 60 + int(minutes) + int(seconds) / 60

"""Dates that are written as numbers: serials of a spreadsheet, seconds or milliseconds since 1970."""

import numpy as np

from delay_core.schema_inference.dates import Dates
from delay_core.schema_inference.numbers import Floats
from delay_core.schema_inference.vocabulary import MOMENT

_DAY = 86_400_000_000
_RANGES = {
    "excel": (25_569.0, 60_000.0, _DAY, "1899-12-30"),
    "epoch_s": (6.3e8, 2.6e9, 1_000_000, "1970-01-01"),
    "epoch_ms": (6.3e11, 2.6e12, 1_000, "1970-01-01"),
}
"""Format → the least and the greatest number that is a date of our times, its unit in µs, and where it counts from."""


def read(header: str, numbers: Floats) -> Dates | None:
    """The column's numbers as dates, where its header speaks of a moment and all of them are in one range."""
    present = numbers[~np.isnan(numbers)]
    if not len(present) or not MOMENT.word_in(header):
        return None
    for form, (low, high, unit, origin) in _RANGES.items():
        usual = (present >= low) & (present <= high)
        if usual.mean() >= 0.9:
            whole = np.where((numbers >= low) & (numbers <= high), numbers, np.nan) * unit
            micros = np.where(np.isnan(whole), np.iinfo(np.int64).min, np.nan_to_num(whole)).astype(np.int64)
            moments = micros.astype("timedelta64[us]") + np.datetime64(origin, "us")
            return Dates(moments, (form,))
    return None


def with_serials(dates: Dates, numbers: Floats) -> Dates:
    """The dates, and serials of a spreadsheet among them where there are."""
    low, high, unit, origin = _RANGES["excel"]
    serial = np.isnat(dates.moments) & (numbers >= low) & (numbers <= high)
    if not serial.any():
        return dates
    moments = dates.moments.copy()
    moments[serial] = np.datetime64(origin, "us") + (numbers[serial] * unit).astype("timedelta64[us]")
    return Dates(moments, (*dates.formats, "excel"), dates.unsure, dates.typed, dates.zoned)

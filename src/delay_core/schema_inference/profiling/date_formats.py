"""Dates as people and software write them: the formats that parse a column, and where day and month are ambiguous."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.parsing.date_formats import EXCEL, ISO_8601, NUMERIC_DATE_FORMATS
from delay_core.schema_inference.profiling.number_format import Floats
from delay_core.schema_inference.profiling.value_counts import (
    Integers,
    Mask,
    ValueCounts,
    sample_evenly,
    sample_texts,
)
from delay_core.schema_inference.vocabulary import TIME_WORDS

Timestamps = NDArray[np.datetime64]

_ISO_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?")
_WITH_ZONE = re.compile(r":\d{2}([.,]\d+)?\s?(Z|[+-]\d{2}(:?\d{2})?)$")
_COMPACT_TEXT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_COMPACT = "compact"
"""The shape of 20240131."""
_DIGIT = re.compile(r"\d")
_MAX_DATE_LENGTH = 40
_DAY_MONTH = [("%d", "%m"), ("%m", "%d")]
_DATE_FORMATS = [
    *(f"{a}{separator}{b}{separator}{year}" for year in ("%Y", "%y") for separator in "./-" for a, b in _DAY_MONTH),
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
    *("%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%d/%b/%Y", "%d %b %Y", "%d %b %y", "%d %B %Y"),
    *("%d. %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
]
_TIME_FORMATS = [
    "",
    *(f"{gap}{time}" for gap in (" ", ", ", "T") for time in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")),
]
_PLACEHOLDERS = np.array(
    [
        *("0001-01-01", "1111-11-11", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01"),
        *("1900-01-02", "1901-01-01", "1970-01-01", "1999-09-09", "2099-12-31", "2100-01-01", "2199-12-31"),
        *("2222-12-22", "2999-12-31", "9999-01-01", "9999-12-30", "9999-12-31"),
    ],
    dtype="datetime64[D]",
)
"""Dates that software writes if no date was entered."""
_MIN_PLACEHOLDER_DISTANCE = np.timedelta64(3652, "D")
_MAX_PLACEHOLDERS = 4


def _shape(text: str) -> str:
    """Digits as 0, words as a: `2-Jun-06` → `0-a-0`."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _formats_by_shape() -> dict[str, list[str]]:
    by_shape: defaultdict[str, list[str]] = defaultdict(list)
    for date_format in _DATE_FORMATS:
        for time_format in _TIME_FORMATS:
            example = re.sub(r"%[bBp]", "x", date_format + time_format)
            by_shape[_shape(re.sub(r"%\w", "0", example))].append(date_format + time_format)
    return dict(by_shape)


_BY_SHAPE = _formats_by_shape() | {_COMPACT: ["%Y%m%d"]}


@dataclass(frozen=True)
class ParsedDates:
    """`timestamps` [values] in UTC, NaT if a value is not a date; `formats`: the most frequent first.

    `ambiguous`: formats that parse as many values with day and month exchanged. `typed`: some values are dates
    already. `zoned`: some values name their time zone.
    """

    timestamps: Timestamps
    formats: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    typed: bool = False
    zoned: bool = False

    @property
    def day_first(self) -> tuple[bool, ...]:
        """For each unambiguous format of digits, whether the day comes before the month."""
        return tuple(
            _is_day_first(date_format)
            for date_format in self.formats
            if date_format not in self.ambiguous and _exchange_day_and_month(date_format) is not None
        )


def parse_dates(values: ValueCounts, missing: Mask, *, day_first: bool) -> ParsedDates | None:
    """The dates of a column; None if no value looks like one.

    `day_first` decides about day and month if nothing in the column does.
    """
    timestamps = np.full(len(values.distinct), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    typed = np.array([isinstance(value, date | np.datetime64) for value in values.distinct], dtype=bool)
    zoned = False
    for index in np.flatnonzero(typed):
        timestamps[index], has_zone = _convert(values.distinct[index])
        zoned |= has_zone
    indices = np.flatnonzero(values.is_text & ~missing)
    sampled = {int(index): _date_shape(values.texts[index]) for index in sample_evenly(indices)}
    similar = sum(1 for shape in sampled.values() if shape is not None)
    if not typed.any() and (not similar or similar * 5 < len(sampled)):
        return None
    rows_by_format: defaultdict[str, int] = defaultdict(int)
    ambiguous = []
    for shape, members in _group_by_shape(values, indices, sampled).items():
        texts = [values.texts[index] for index in members]
        date_format, parsed, is_ambiguous = _best_format(texts, shape, day_first=day_first)
        if (~np.isnat(parsed)).mean() < 0.5:
            continue
        timestamps[members] = parsed
        rows_by_format[date_format] += int(values.counts[members].sum())
        ambiguous += [date_format] if is_ambiguous else []
        zoned |= shape == ISO_8601 and any(_WITH_ZONE.search(text) for text in texts[:200])
    if np.isnat(timestamps).all():
        return None
    formats = tuple(sorted(rows_by_format, key=lambda date_format: (-rows_by_format[date_format], date_format)))
    return ParsedDates(timestamps, formats, tuple(ambiguous), bool(typed.any()), zoned)


def parse_numeric_dates(header: str, numbers: Floats) -> ParsedDates | None:
    """Numbers [values] as dates, if the header has a word for a time and nearly all are in the range of one format."""
    present = numbers[~np.isnan(numbers)]
    if not len(present) or not TIME_WORDS.first_match(header):
        return None
    for date_format in NUMERIC_DATE_FORMATS.values():
        low, high = date_format.recent
        if ((present >= low) & (present <= high)).mean() >= 0.9:
            in_range = np.where((numbers >= low) & (numbers <= high), numbers, np.nan) * date_format.microseconds
            micros = np.where(np.isnan(in_range), np.iinfo(np.int64).min, np.nan_to_num(in_range)).astype(np.int64)
            timestamps = micros.astype("timedelta64[us]") + np.datetime64(date_format.origin, "us")
            return ParsedDates(timestamps, (date_format.name,))
    return None


def add_spreadsheet_serials(dates: ParsedDates, numbers: Floats) -> ParsedDates:
    """The dates, and those written as a spreadsheet's serial numbers [values]."""
    low, high = EXCEL.recent
    serial = np.isnat(dates.timestamps) & (numbers >= low) & (numbers <= high)
    if not serial.any():
        return dates
    timestamps = dates.timestamps.copy()
    timestamps[serial] = np.datetime64(EXCEL.origin, "us") + (numbers[serial] * EXCEL.microseconds).astype(
        "timedelta64[us]"
    )
    return replace(dates, timestamps=timestamps, formats=(*dates.formats, EXCEL.name))


def find_placeholder_dates(timestamps: Timestamps, counts: Integers) -> list[tuple[int, str]]:
    """Index and ISO 8601 text of dates such as 1900-01-01, at least ten years from the median; the most frequent."""
    candidates = np.isin(timestamps.astype("datetime64[D]"), _PLACEHOLDERS)
    others = timestamps[~candidates & ~np.isnat(timestamps)]
    if not candidates.any() or not len(others):
        return []
    median = np.sort(others)[len(others) // 2]
    distant = candidates & (np.abs(timestamps - median) > _MIN_PLACEHOLDER_DISTANCE)
    indices = sorted(np.flatnonzero(distant).tolist(), key=lambda index: (-int(counts[index]), index))
    return [(index, _iso(timestamps[index])) for index in indices[:_MAX_PLACEHOLDERS]]


def _date_shape(text: str) -> str | None:
    text = text.strip()
    if len(text) > _MAX_DATE_LENGTH or _DIGIT.search(text) is None:
        return None
    if _ISO_TEXT.fullmatch(text):
        return ISO_8601
    if _COMPACT_TEXT.fullmatch(text):
        return _COMPACT
    shape = _shape(text)
    return shape if shape in _BY_SHAPE else None


def _group_by_shape(values: ValueCounts, indices: Integers, known: Mapping[int, str | None]) -> dict[str, list[int]]:
    by_shape: defaultdict[str, list[int]] = defaultdict(list)
    for index in indices.tolist():
        shape = known[index] if index in known else _date_shape(values.texts[index])
        if shape is not None:
            by_shape[shape].append(index)
    return by_shape


def _best_format(texts: Sequence[str], shape: str, *, day_first: bool) -> tuple[str, Timestamps, bool]:
    """The format that parses most of these texts, their timestamps, and whether day and month are ambiguous."""
    formats = [ISO_8601] if shape == ISO_8601 else _BY_SHAPE[shape]
    sample = sample_texts(texts)
    in_sample = {f: _count_parsed(_parse(sample, f)) for f in formats} if len(formats) > 1 else {formats[0]: 1}
    best_in_sample = max(in_sample.values())
    parsed = {f: _parse(texts, f) for f in formats if in_sample[f] == best_in_sample}
    counts = {f: _count_parsed(timestamps) for f, timestamps in parsed.items()}
    best = max(counts.values())
    winners = [f for f in formats if counts.get(f) == best]
    ambiguous = [f for f in winners if _exchange_day_and_month(f) in winners]
    preferred = [f for f in ambiguous if _is_day_first(f) == day_first]
    winner = (preferred or winners)[0]
    return winner, parsed[winner], winner in ambiguous and best > 0


def _count_parsed(timestamps: Timestamps) -> int:
    return int((~np.isnat(timestamps)).sum())


def _is_day_first(date_format: str) -> bool:
    return date_format.index("%d") < date_format.index("%m")


def _exchange_day_and_month(date_format: str) -> str | None:
    """The format with day and month exchanged; None if they are not adjacent digits."""
    if not re.match(r"(%d.%m|%m.%d)", date_format):
        return None
    return date_format.translate(str.maketrans("dm", "md"))


def _parse(texts: Sequence[str], date_format: str) -> Timestamps:
    """UTC timestamps of the texts; NaT where the format does not parse one."""
    values = np.array(texts, dtype=object)
    absent = np.zeros(len(values), dtype=bool)
    return parsing.parse_times(values, absent, parsing.TimeReading((date_format,), parsing.LocalClock("UTC"))).times


def _convert(value: object) -> tuple[np.datetime64, bool]:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return np.datetime64(value.astimezone(UTC).replace(tzinfo=None), "us"), True
    return np.datetime64(value, "us"), False  # type: ignore[call-overload]  # the caller checked that it is a date


def _iso(timestamp: np.datetime64) -> str:
    day = timestamp.astype("datetime64[D]")
    return str(day) if timestamp == day else str(np.datetime_as_string(timestamp, unit="auto"))

"""Dates that the table writes in several columns, where headers and values both say so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from delay_core.parsing import Values, compose_times
from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.timestamps import TimestampMeaning, classify_header
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.date_formats import ParsedDates, Timestamps
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import count_values
from delay_core.schema_inference.vocabulary import Vocabulary, normalize

_WORDS: Mapping[str, Vocabulary] = {
    "year": Vocabulary("year yr yyyy jahr annee ano"),
    "month": Vocabulary("month mth mm monat mois mes"),
    "day": Vocabulary("day dd dayofmonth dayof_month day_of_month tag jour dia"),
    "hour": Vocabulary("hour hr hh stunde heure hora"),
    "minute": Vocabulary("minute minutes min minuto"),
    "time": Vocabulary("time hhmm hrmn uhrzeit zeit heure hora time_of_day clock"),
    "date": Vocabulary("date datum fecha data day"),
}
_MIN_VALID_SHARE = 0.99
"""The share of rows, among those with all parts, that make a date."""
_MIN_COMPLETE_SHARE = 0.95
_MIN_CLOCK_VALUES, _MIN_LATEST_CLOCK = 30, 1000
"""Without a word for it in the header, times such as 925 have so many distinct values, and reach at least this one."""
_USUAL_YEARS = (1970, 2100)
_DISPATCH_TIME, _ANY_TIME = 2, 3
"""The ranks of times of the order or the departure, and of any other event before the arrival."""


@dataclass(frozen=True)
class SplitDateCandidate:
    """A timestamp that no column of the table has; `parts`: key → column."""

    name: str
    parts: Mapping[str, str]

    @property
    def evidence(self) -> str:
        """What it is made of, in words."""
        return f"composed of {', '.join(self.parts.values())}, which are parts of one date"


def compose_split_dates(table: TableProfile) -> tuple[TableProfile, tuple[SplitDateCandidate, ...]]:
    """The split dates of the table, and the table with them as columns; a date that is a part is none by itself."""
    candidates: list[SplitDateCandidate] = []
    for find_parts in (_dates_with_time, _dates_with_event_time, _calendar_dates):
        used = {name for candidate in candidates for name in candidate.parts.values()}
        columns = dict(table.columns)
        for parts in find_parts(
            replace(table, columns={name: column for name, column in columns.items() if name not in used})
        ):
            times = _times(table, parts)
            days = columns[parts["date"]].dates if "date" in parts else ParsedDates(times[:0])
            if days is None or len(np.unique(times[~np.isnat(times)])) < 2:
                continue
            candidate = SplitDateCandidate(_name(parts, columns), parts)
            candidates.append(candidate)
            columns[candidate.name] = _column(candidate.name, times, days)
            if "date" in parts:
                columns[parts["date"]] = replace(columns[parts["date"]], kind="text", dates=None)
        table = replace(table, columns=columns)
    return table, tuple(candidates)


def _calendar_dates(table: TableProfile) -> Iterator[dict[str, str]]:
    """Year, month and day under headers that are alike otherwise, and a time of day if one fits best."""
    columns = [column for column in table.columns.values() if column.kind in ("numeric", "text") and column.distinct]
    by_part = {part: _by_rest(part, columns) for part in ("year", "month", "day", "hour", "minute")}
    for rest, year in by_part["year"].items():
        if rest not in by_part["month"] or rest not in by_part["day"]:
            continue
        parts = {"year": year, "month": by_part["month"][rest], "day": by_part["day"][rest]}
        if not _are_dates(table, parts) or not _are_usual_years(table.columns[year]) or _is_known_date(table, parts):
            continue
        hours = {part: by_part[part][rest] for part in ("hour", "minute") if rest in by_part[part]}
        clock = _best_clock(rest, columns, _ANY_TIME)
        times = [hours] if "hour" in hours else [{"time": clock}] if clock else []
        with_time = [{**parts, **time} for time in times]
        yield next((parts for parts in with_time if _are_dates(table, parts)), parts)


def _dates_with_time(table: TableProfile) -> Iterator[dict[str, str]]:
    """A column of days beside one of times of day, `order date` and `order time`."""
    columns = list(table.columns.values())
    days = _by_rest("date", [column for column in columns if column.dates is not None and _are_days(column)])
    clocks = _by_rest("time", [column for column in columns if column.kind == "text" or column.numbers is not None])
    for rest, day in days.items():
        if rest in clocks and _is_clock(table.columns[clocks[rest]]):
            parts = {"date": day, "time": clocks[rest]}
            if _are_dates(table, parts):
                yield parts


def _dates_with_event_time(table: TableProfile) -> Iterator[dict[str, str]]:
    """A column of days beside the time of day of an order or a departure: `FL_DATE` and `CRS_DEP_TIME`.

    The words of its header are those of the time's header, or it is the only date and its header names no event.
    """
    columns = list(table.columns.values())
    dates = [column for column in columns if column.dates is not None and column.distinct > 1]
    days = [column.name for column in dates if _are_days(column)]
    clock = _best_clock("", columns, _DISPATCH_TIME) if days else ""
    if not clock:
        return
    words = {day: {*_WORDS["date"].remove_from(day).split()} for day in days}
    fitting = [day for day in days if words[day] and words[day] <= {*normalize(clock).split()}]
    if not fitting and len(dates) == 1:
        fitting = [day for day in days if classify_header(day) is TimestampMeaning.UNKNOWN]
    parts = {"date": fitting[0], "time": clock} if len(fitting) == 1 else {}
    if parts and _are_dates(table, parts):
        yield parts


def _by_rest(part: str, columns: list[ColumnProfile]) -> dict[str, str]:
    """The columns whose headers name the part, by the rest of the header; none for a rest that two headers share."""
    names: dict[str, list[str]] = {}
    for column in columns:
        if _WORDS[part].first_match(column.name):
            names.setdefault(_WORDS[part].remove_from(column.name), []).append(column.name)
    return {rest: same[0] for rest, same in names.items() if len(same) == 1}


def _best_clock(rest: str, columns: list[ColumnProfile], max_rank: int) -> str:
    """The time of day that belongs to the date: known before the outcome, and the only one that fits best; or none."""
    clocks = [column for column in columns if _is_clock(column) and not classify_header(column.name).is_outcome]
    ranked = sorted((rank, column.name) for column in clocks if (rank := _clock_rank(column, rest)) <= max_rank)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return ""
    return ranked[0][1]


def _clock_rank(column: ColumnProfile, rest: str) -> int:
    """The least fits best: the same header otherwise, then the planned departure, then any event before the arrival."""
    if _WORDS["time"].first_match(column.name) and _WORDS["time"].remove_from(column.name) == rest:
        return 0
    meaning = classify_header(column.name)
    if meaning is TimestampMeaning.PROMISED and vocabulary.DISPATCHED.first_match(column.name):
        return 1
    return _DISPATCH_TIME if meaning in (TimestampMeaning.ORDERED, TimestampMeaning.DISPATCHED) else _ANY_TIME


def _is_clock(column: ColumnProfile) -> bool:
    """Whether nearly all values are times of day, and header or values say that they are nothing else."""
    if column.present_rows < _MIN_COMPLETE_SHARE * column.values.rows:
        return False
    values = column.values.distinct[column.present]
    day = {
        part: np.full(len(values), number, dtype=object) for part, number in (("year", 2024), ("month", 1), ("day", 1))
    }
    valid = ~compose_times({**day, "time": values}, ()).invalid["time"]
    if column.values.counts[column.present][valid].sum() < _MIN_VALID_SHARE * column.present_rows:
        return False
    if _WORDS["time"].first_match(column.name) or all(":" in text for text, _ in column.texts):
        return True
    numbers = column.row_numbers[~np.isnan(column.row_numbers)]
    return column.distinct >= _MIN_CLOCK_VALUES and len(numbers) > 0 and float(numbers.max()) >= _MIN_LATEST_CLOCK


def _are_days(column: ColumnProfile) -> bool:
    times = column.row_timestamps[~np.isnat(column.row_timestamps)]
    return column.distinct > 1 and np.array_equal(times, times.astype("datetime64[D]"))


def _are_usual_years(column: ColumnProfile) -> bool:
    years = [int(text.removesuffix(".0")) for text, _ in column.texts if text.removesuffix(".0").isdecimal()]
    return bool(years) and _USUAL_YEARS[0] <= min(years) and max(years) <= _USUAL_YEARS[1]


def _are_dates(table: TableProfile, parts: Mapping[str, str]) -> bool:
    """Whether the rows that have all parts are dates, and whether they are most of the rows with any part."""
    complete = np.logical_and.reduce([table.columns[name].row_codes >= 0 for name in parts.values()])
    some = np.logical_or.reduce([table.columns[name].row_codes >= 0 for name in parts.values()])
    dates = np.count_nonzero(~np.isnat(_times(table, parts)))
    return bool(
        dates >= _MIN_VALID_SHARE * np.count_nonzero(complete)
        and np.count_nonzero(complete) >= _MIN_COMPLETE_SHARE * np.count_nonzero(some)
    )


def _is_known_date(table: TableProfile, parts: Mapping[str, str]) -> bool:
    """Whether a timestamp of the table has the same days: then the parts are its calendar, and no date of their own."""
    days = _times(table, parts).astype("datetime64[D]")
    others = (column.row_timestamps.astype("datetime64[D]") for column in table.columns.values() if column.dates)
    return any(float((days == other).mean()) >= _MIN_VALID_SHARE for other in others)


def _times(table: TableProfile, parts: Mapping[str, str]) -> Timestamps:
    """The timestamp of each row, NaT where a part is missing or invalid."""
    columns = {part: table.columns[name] for part, name in parts.items()}
    complete = np.logical_and.reduce([column.row_codes >= 0 for column in columns.values()])
    values: dict[str, Values] = {}
    for part, column in columns.items():
        cells = column.row_timestamps if part == "date" else column.values.distinct[column.row_codes]
        values[part] = cells[complete].astype(object)
    times = np.full(len(complete), np.datetime64("NaT", "us"))
    times[complete] = compose_times(values, ()).times
    return times


def _column(name: str, times: Timestamps, days: ParsedDates) -> ColumnProfile:
    known = ~np.isnat(times)
    texts = np.full(len(times), None, dtype=object)
    texts[known] = np.datetime_as_string(times[known], unit="s")
    values = count_values(name, texts)
    dates = replace(days, timestamps=np.array([*values.distinct], dtype="datetime64[us]"))
    return ColumnProfile(values, "timestamp", np.zeros(len(values.distinct), dtype=bool), dates=dates)


def _name(parts: Mapping[str, str], used: Mapping[str, object]) -> str:
    """The words of the header of the time, else of the year; then what it is."""
    part = "time" if "time" in parts else "year"
    rest = _WORDS[part].remove_from(parts[part])
    kind = "date and time" if "time" in parts or "hour" in parts else "date"
    name = f"{rest} {kind}".strip()
    while name in used:
        name += "'"
    return name

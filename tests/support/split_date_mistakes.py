"""Schemas with a mistake in `split_dates`, and the line of the error message; `…` stands for any text."""

FLIGHTS = """\
name: flights
version: 1
source: {timezone: America/New_York, date_formats: ["%d/%m/%Y"]}
prediction_point: {column: planned, stage: order}
label: {actual: left, promised: planned, tolerance: PT15M}
split_dates:
  planned: {year: YEAR, month: MONTH, day: DAY, time: PLANNED}
  left: {year: YEAR, month: MONTH, day: DAY, hour: LEFT_HOUR, minute: LEFT_MINUTE}
columns:
  planned: {role: timestamp}
  left: {role: timestamp, nullable: true, available_at: delivered}
  YEAR: {role: ignored}
  MONTH: {role: ignored, aliases: [Mon]}
  DAY: {role: ignored}
  PLANNED: {role: ignored}
  LEFT_HOUR: {role: ignored, available_at: delivered}
  LEFT_MINUTE: {role: ignored, available_at: delivered}
  distance: {role: numeric}
"""


def flights(old: str, new: str) -> str:
    assert old in FLIGHTS
    return FLIGHTS.replace(old, new, 1)


def planned(keys: str) -> str:
    """The schema with other parts of the planned moment."""
    return flights("year: YEAR, month: MONTH, day: DAY, time: PLANNED", keys)


EPOCH = flights('["%d/%m/%Y"]', "[epoch_s, epoch_ms]").replace(
    "{year: YEAR, month: MONTH, day: DAY, time", "{date: DAY, time"
)
DAY = "year: YEAR, month: MONTH, day: DAY"

SPLIT_DATE_MISTAKES = [
    (
        planned("month: MONTH, day: DAY"),
        "split_dates.planned: set either year, month and day, or date, … found month and",
    ),
    (planned("time: PLANNED"), "split_dates.planned: set either year, month and day, or date, … found none of them"),
    (planned("date: DAY, month: MONTH, time: PLANNED"), "split_dates.planned: set either … found month and date"),
    (
        planned(f"{DAY}, date: distance, hour: LEFT_HOUR"),
        "split_dates.planned: set either … found year and month and day and date",
    ),
    (
        planned("date: DAY"),
        "split_dates.planned: date alone is a timestamp already: give that column the role timestamp, or add time, the",
    ),
    (planned(f"{DAY}, times: PLANNED"), "split_dates.planned.times: no such key in the schema language; did you mean"),
    (planned(f"{DAY}, time: [PLANNED]"), "split_dates.planned.time: must be text; put it in quotes (found a list)"),
    (
        planned(f"{DAY}, time: PLANNED, hour: LEFT_HOUR"),
        "split_dates.planned: time holds hour and minute together; remove …",
    ),
    (planned(f"{DAY}, minute: PLANNED"), "split_dates.planned: minute needs the column of the hour; add hour"),
    (planned(f"{DAY}, time: DAY"), "split_dates.planned: 'DAY' is two parts; name a column of its own for each"),
    (
        flights("planned: {year: YEAR, month: MONTH, day: DAY, time: PLANNED}", "planned: [YEAR, MONTH, DAY]"),
        "split_dates.planned: must be a mapping, as in {key: value} (found a list)",
    ),
]

SPLIT_DATE_MISTAKES_ACROSS_KEYS = [
    (planned(f"{DAY}, time: PLANED"), "split_dates.planned.time: no column 'PLANED'; did you mean 'PLANNED'?"),
    (planned("date: DAYS, time: PLANNED"), "split_dates.planned.date: no column 'DAYS'; did you mean 'DAY'?"),
    (planned(f"{DAY}, time: zzz"), "split_dates.planned.time: no column 'zzz'; declare it in columns, for example …"),
    (planned(f"{DAY}, time: left"), "split_dates.planned.time: 'left' is composed of other columns itself; name a …"),
    (
        EPOCH,
        "split_dates.planned.date: source.date_formats has only epoch_s and epoch_ms, which are moments; add the …",
    ),
    (
        flights("columns:\n", "  departed: {year: YEAR, month: MONTH, day: DAY}\ncolumns:\n"),
        "split_dates.departed: no column 'departed'; declare it in columns, with the role timestamp",
    ),
    (
        flights("columns:\n", "  distance: {year: YEAR, month: MONTH, day: DAY}\ncolumns:\n"),
        "split_dates.distance: column 'distance' has role numeric; it must be timestamp",
    ),
    (
        flights("planned: {role: timestamp}", "planned: {role: timestamp, aliases: [p]}"),
        "columns.planned: no file has this column; give aliases and null_tokens to its parts",
    ),
    (
        flights("left: {role: timestamp", "left: {role: timestamp, null_tokens: [x]"),
        "columns.left: no file has this column; give aliases and null_tokens to its parts",
    ),
    (
        flights("PLANNED: {role: ignored}", "PLANNED: {role: ignored, pii: true}"),
        "split_dates.planned.time: column 'PLANNED' is pii and is dropped at ingestion; name another column",
    ),
    (
        flights("LEFT_HOUR: {role: ignored, available_at: delivered}", "LEFT_HOUR: {role: numeric}"),
        "split_dates.left.hour: 'LEFT_HOUR' is known at delivered, as 'left' is; set its available_at, or the role",
    ),
    (
        flights("columns:\n", "exclude_where: [{column: planned, equals: [x]}]\ncolumns:\n"),
        "exclude_where.0.column: 'planned' is composed of other columns; name one of those",
    ),
]

CORRECT_SPLIT_DATES = [
    FLIGHTS,
    planned("date: DAY, time: PLANNED"),
    planned("date: DAY, hour: LEFT_HOUR"),
    planned(DAY),
]

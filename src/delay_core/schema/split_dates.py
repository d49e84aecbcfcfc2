"""Dates that a table writes in several columns: year, month and day or a whole date, and a time of day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from pydantic import Field, model_validator

from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import ColumnName

_CALENDAR_PARTS = ("year", "month", "day")
PARTS = ("date", *_CALENDAR_PARTS, "time", "hour", "minute")
PART_EXAMPLES: Mapping[str, int] = {"year": 2024, "month": 6, "day": 3, "time": 830, "hour": 8, "minute": 30}
"""The parts of 2024-06-03 08:30 but its date, whose format is the schema's."""
_PART_VALUES: Mapping[str, str] = {
    "year": "of four digits",
    "month": "1 to 12",
    "day": "1 to 31",
    "time": "as 925, 0925 or 9:25",
    "hour": "0 to 24",
    "minute": "0 to 59",
}


def part_values(part: str, date_formats: Sequence[str]) -> str:
    """The values of a part, in words."""
    return f"a day as {' or '.join(date_formats)}" if part == "date" else _PART_VALUES[part]


class SplitDate(SchemaModel):
    """A timestamp column that is composed of other columns, and then read as any other, in ISO 8601."""

    year: ColumnName | None = Field(default=None, description="The column of the year, four digits.")
    month: ColumnName | None = Field(default=None, description="The column of the month, 1 to 12.")
    day: ColumnName | None = Field(default=None, description="The column of the day, 1 to 31.")
    date: ColumnName | None = Field(
        default=None,
        description="Instead of year, month and day: the column of the day, in one of `source.date_formats`, without "
        "offset, and without a time of day but midnight; it needs `time` or `hour`.",
    )
    time: ColumnName | None = Field(
        default=None,
        description="The column of the time of day: `925`, `0925`, `9:25`, `9:25:30` or `9:25 am`; 5 is 00:05, and "
        "2400 the midnight at the end of the day.",
    )
    hour: ColumnName | None = Field(default=None, description="Instead of `time`: the column of the hour, 0 to 24.")
    minute: ColumnName | None = Field(default=None, description="The column of the minute, 0 to 59.")

    @property
    def parts(self) -> dict[str, str]:
        """The key of each part → its column."""
        return {part: name for part in PARTS if (name := getattr(self, part)) is not None}

    @property
    def has_time(self) -> bool:
        """Whether it is a moment; otherwise, it is a day."""
        return self.time is not None or self.hour is not None

    def expected(self, date_formats: Sequence[str]) -> str:
        """The values of the parts, in words."""
        return ", ".join(f"{part} {part_values(part, date_formats)}" for part in self.parts)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        raise_all(self._mistakes())
        return self

    def _mistakes(self) -> Iterator[str]:
        calendar_parts = [part for part in _CALENDAR_PARTS if part in self.parts]
        if (self.date is None) != (len(calendar_parts) == len(_CALENDAR_PARTS)) or (self.date and calendar_parts):
            present = " and ".join([*calendar_parts, *(["date"] if self.date else [])]) or "none of them"
            yield f"set either year, month and day, or date, the column of the whole day; found {present}"
        if self.date is not None and not self.has_time:
            yield (
                "date alone is a timestamp already: give that column the role timestamp, or add time, the column of "
                "the time of day"
            )
        if self.time is not None and (self.hour is not None or self.minute is not None):
            yield "time holds hour and minute together; remove hour and minute, or time"
        if self.minute is not None and self.hour is None:
            yield "minute needs the column of the hour; add hour"
        names = list(self.parts.values())
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{name!r} is two parts; name a column of its own for each"

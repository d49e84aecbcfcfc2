"""Dates that a table writes in several columns: year, month, day, and a time of day in one column or two."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Self

from pydantic import Field, model_validator

from delay_core.canonical_text import canonical_text
from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.types import ColumnName

_NUMBER = re.compile(r"([0-9]{1,4})(?:\.0*)?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_FIRST_YEAR_OF_FOUR_DIGITS = 1000
_END_OF_DAY = (24, 0, 0)
PARTS = ("year", "month", "day", "time", "hour", "minute")
PART_EXAMPLES: Mapping[str, int] = dict(zip(PARTS, (2024, 6, 3, 830, 8, 30), strict=True))
PART_VALUES: Mapping[str, str] = dict(
    zip(PARTS, ("of four digits", "1 to 12", "1 to 31", "as 925, 0925 or 9:25", "0 to 24", "0 to 59"), strict=True)
)


class SplitDate(SchemaModel):
    """A timestamp column that is composed of other columns, and then read as any other, in ISO 8601."""

    year: ColumnName = Field(description="The column of the year, four digits.")
    month: ColumnName = Field(description="The column of the month, 1 to 12.")
    day: ColumnName = Field(description="The column of the day, 1 to 31.")
    time: ColumnName | None = Field(
        default=None,
        description="The column of the time of day: `925`, `0925`, `9:25` or `9:25:30`; 5 is 00:05, and 2400 the "
        "midnight at the end of the day.",
    )
    hour: ColumnName | None = Field(default=None, description="Instead of `time`: the column of the hour, 0 to 24.")
    minute: ColumnName | None = Field(default=None, description="The column of the minute, 0 to 59.")

    @property
    def parts(self) -> dict[str, str]:
        """The key of each part → its column."""
        return {part: name for part in PARTS if (name := getattr(self, part)) is not None}

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        raise_all(self._mistakes())
        return self

    def _mistakes(self) -> Iterator[str]:
        if self.time is not None and (self.hour is not None or self.minute is not None):
            yield "time holds hour and minute together; remove hour and minute, or time"
        if self.minute is not None and self.hour is None:
            yield "minute needs the column of the hour; add hour"
        names = list(self.parts.values())
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{name!r} is two parts; name a column of its own for each"

    def compose(self, values: Sequence[Any]) -> str | None:
        """The date of raw part values, in the order of `parts`, in ISO 8601; the parts as text if they are no date."""
        parts = dict(zip(self.parts, values, strict=True))
        try:
            return _compose(parts)
        except (ValueError, OverflowError):
            wrong = {part: value for part, value in parts.items() if not _is_valid(part, value)} or parts
            texts = ((self.parts[part], canonical_text(value) or repr(value)) for part, value in wrong.items())
            return ", ".join(f"{name} {text:.20}" for name, text in texts)

    @property
    def expected(self) -> str:
        """The values of the parts, in words."""
        return ", ".join(f"{part} {PART_VALUES[part]}" for part in self.parts)


def _compose(parts: Mapping[str, Any]) -> str:
    """Raises ValueError or OverflowError."""
    day = date(_year(parts["year"]), _number(parts["month"]), _number(parts["day"]))
    if "time" not in parts and "hour" not in parts:
        return day.isoformat()
    clock = _clock(parts["time"]) if "time" in parts else (_number(parts["hour"]), _number(parts.get("minute", 0)), 0)
    if clock == _END_OF_DAY:
        return f"{day + timedelta(1)}T{time()}"
    return f"{day}T{time(*clock)}"


def _is_valid(part: str, value: object) -> bool:
    """Whether the part of some date may have this value."""
    try:
        _compose({"year": 2024, "month": 1, "day": 1, "hour": 0, part: value})
    except (ValueError, OverflowError):
        return False
    return True


def _year(value: object) -> int:
    """Raises ValueError for a year of fewer digits than four: its century would be a guess."""
    year = _number(value)
    if year < _FIRST_YEAR_OF_FOUR_DIGITS:
        raise ValueError("not a year")
    return year


def _number(value: object) -> int:
    """Raises ValueError unless the value is a whole number of at most four digits, or the text of one."""
    match = _NUMBER.fullmatch(canonical_text(value) or "") if not isinstance(value, bool) else None
    if match is None:
        raise ValueError("not a whole number")
    return int(match[1])


def _clock(value: object) -> tuple[int, int, int]:
    match = _CLOCK.fullmatch(canonical_text(value) or "")
    if match is not None:
        return int(match[1]), int(match[2]), int(match[3] or 0)
    return *divmod(_number(value), 100), 0

"""The format of a table's files."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, field_validator, model_validator

from delay_core import parsing
from delay_core.parsing.date_formats import ISO_8601, NUMERIC_DATE_FORMATS
from delay_core.schema.base import SchemaModel, raise_all
from delay_core.schema.join import Join
from delay_core.schema.types import Delimiter, Encoding, TableValue, WholeNumber
from delay_core.timezones import Timezone

if TYPE_CHECKING:
    from delay_core.parsing import TimeReading


class SourceFormat(SchemaModel):
    """The format of the table's files: delimiter and encoding of CSV, sheet of a workbook, dates and numbers."""

    delimiter: Delimiter = Field(
        default=",", description='The one character between the fields of a CSV line; `"\\t"` is a tab.'
    )
    encoding: Encoding = Field(default="utf-8", description="Of a CSV file: utf-8, latin-1, cp1252 …")
    quote: Literal['"', "'"] = Field(default='"', description="Around a CSV field that holds a delimiter.")
    sheet: str | None = Field(default=None, description="Of an XLSX workbook; by default its first visible sheet.")
    header_row: WholeNumber | None = Field(
        default=None,
        ge=1,
        description="The line of a CSV file, or the row of a sheet, with the names of the columns, counted from 1; "
        "what is above it, such as a title, is not read. By default the first that is not blank.",
    )
    date_formats: tuple[str, ...] = Field(
        default=(ISO_8601,),
        description="The formats of dates, tried in order: ISO8601, a pattern such as `%d-%b-%y`; or for numbers "
        "`excel` (days since 1899-12-30), `epoch_s`, `epoch_ms`.",
    )
    timezone: Timezone = Field(
        default="UTC", description="Of times without an offset; an IANA name such as Europe/Paris."
    )
    repeated_hour: Literal["quarantine", "first", "second"] = Field(
        default="quarantine",
        description="Which moment a time without an offset means that occurs twice, because the clocks go back: the "
        "first, the second, or none; then the row is quarantined.",
    )
    skipped_hour: Literal["quarantine", "shift_forward"] = Field(
        default="quarantine",
        description="What a time means that never occurs, because the clocks go forward: nothing, the row is "
        "quarantined; or the time that is later by the length of the gap, 03:30 for 02:30. A day whose midnight is "
        "skipped or repeated begins at its first moment, whatever the two keys say.",
    )
    decimal: Literal[".", ","] = Field(default=".", description="The decimal sign of numbers in text.")
    thousands: Literal[",", ".", " ", "'"] | None = Field(
        default=None,
        description="The sign between groups of three digits; a comma also between Indian groups, `12,34,567`; a space "
        "is also a no-break or thin one.",
    )
    null_tokens: tuple[TableValue, ...] = Field(
        default=("",),
        description="Texts that mean a missing value, in every column without `null_tokens` of its own. An empty cell "
        "means the same in every file: missing, unless the label's words or the `categories` have the empty text and "
        "these tokens do not.",
    )

    join: tuple[Join, ...] = Field(default=(), description="Further tables, joined by keys, in this order.")

    @property
    def time_reading(self) -> "TimeReading":
        """How dates and times of the table are read."""
        clock = parsing.LocalClock(self.timezone, self.repeated_hour, self.skipped_hour)
        return parsing.TimeReading(self.date_formats, clock)

    @field_validator("date_formats")
    @classmethod
    def _formats_are_known(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if not formats:
            raise ValueError(f"name at least one date format: {_FORMATS}")
        raise_all(f"{form!r} is no date format; write {_FORMATS}" for form in formats if not _is_date_format(form))
        return formats

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.thousands == self.decimal:
            raise ValueError(f"thousands and decimal are both {self.decimal!r}; they must differ")
        if self.delimiter == self.quote:
            raise ValueError(f"delimiter and quote are both {self.quote!r}; they must differ")
        return self


_FORMATS = f"{ISO_8601}, a pattern such as %d-%b-%y, or {', '.join(NUMERIC_DATE_FORMATS)}"


def _is_date_format(form: str) -> bool:
    """Whether the format is known, or a pattern with a year that reads back what it writes."""
    if form == ISO_8601 or form in NUMERIC_DATE_FORMATS:
        return True
    moment = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    if not re.search("%[YyG]", form):
        return False
    try:
        return datetime.strptime(moment.strftime(form), form).year == moment.year  # noqa: DTZ007 - only the year is compared
    except (ValueError, re.error):  # re.error: a part occurs twice
        return False

"""How a table's files are written."""

import codecs
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from delay_core.schema.words import Strict, Word

NUMERIC_FORMATS = ("excel", "epoch_s", "epoch_ms")
"""Dates written as numbers: days since 1899-12-30, seconds or milliseconds since 1970-01-01 UTC."""


class SourceFormat(Strict):
    """Delimiter and encoding of CSV files, the sheet of a workbook, how dates and numbers are written."""

    delimiter: str = Field(default=",", min_length=1, max_length=1, description="Between the fields of a CSV line.")
    encoding: str = Field(default="utf-8", description="Of a CSV file: utf-8, latin-1, cp1252 …")
    quote: Literal['"', "'"] = Field(default='"', description="Around a CSV field that holds a delimiter.")
    sheet: str | None = Field(default=None, description="Of an XLSX workbook; by default its first sheet.")
    date_formats: tuple[str, ...] = Field(
        default=("ISO8601",),
        description="How dates are written, tried in order: ISO8601, a pattern such as `%d-%b-%y`; or for numbers "
        "`excel` (days since 1899-12-30), `epoch_s`, `epoch_ms`.",
    )
    timezone: str = Field(default="UTC", description="Of times without a zone; an IANA name such as Europe/Paris.")
    decimal: Literal[".", ","] = Field(default=".", description="The decimal sign of numbers in text.")
    thousands: Literal[",", ".", " ", "'"] | None = Field(
        default=None, description="The sign between groups of three digits."
    )
    null_tokens: tuple[Word, ...] = Field(
        default=("",), description="Texts that mean a missing value, for every column that lists none of its own."
    )

    @field_validator("encoding")
    @classmethod
    def _encoding_exists(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"unknown encoding {encoding!r}; write utf-8, latin-1, cp1252 …") from None
        return encoding

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"unknown timezone {timezone!r}; write an IANA name such as UTC or Europe/Paris") from None
        return timezone

    @field_validator("date_formats")
    @classmethod
    def _formats_are_known(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [form for form in formats if form not in ("ISO8601", *NUMERIC_FORMATS) and "%" not in form]
        if wrong or not formats:
            found = f"{wrong[0]!r} is no date format" if wrong else "name at least one date format"
            raise ValueError(f"{found}; write ISO8601, a pattern such as %d-%b-%y, or {', '.join(NUMERIC_FORMATS)}")
        return formats

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.thousands == self.decimal:
            raise ValueError(f"thousands and decimal are both {self.decimal!r}; they must differ")
        return self

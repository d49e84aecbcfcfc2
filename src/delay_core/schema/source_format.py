"""How a table's files are written."""

import codecs
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from delay_core.schema.columns import Strict


class SourceFormat(Strict):
    """Delimiter and encoding of CSV files, formats of dates, the zone of naive times."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    quote: Literal['"', "'"] = '"'
    date_formats: tuple[str, ...] = ("ISO8601",)
    timezone: str = "UTC"

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
    def _some_format(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if not formats:
            raise ValueError("name at least one date format: ISO8601, or one such as %d-%b-%y")
        return formats

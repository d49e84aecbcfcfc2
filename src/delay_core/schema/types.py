"""The types of keys in the schema language, each with the checks that YAML values need."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

MAX_DURATION = timedelta(days=36525)
"""A century."""

DURATION_MESSAGE = "must be a duration as ISO 8601 writes it: P3D is three days, PT2H two hours"
MOMENT_MESSAGE = "must be a date such as 2024-01-31, or a date and time such as 2024-01-31T08:30"


@dataclass(frozen=True)
class DocType:
    """The name of a type in the reference of the language, if Python's name is not clear enough."""

    text: str


def _table_value(value: object) -> object:
    """YAML reads `yes` as true and `1.50` as 1.5: a whole number is unambiguous, all else needs quotes."""
    match value:
        case bool():
            raise ValueError("YAML reads yes, no, on and off as true or false; put the word in quotes")
        case int():
            return str(value)
        case str():
            return value
    raise ValueError("a value of the table is text; write it in quotes")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _number(value: object) -> object:
    if value is True or value is False:
        raise ValueError("must be a number; YAML reads yes, no, on and off as true or false")
    return value


def _duration(value: object) -> object:
    """Accept text only: pydantic would read a bare 3 as three seconds."""
    if isinstance(value, timedelta) or (isinstance(value, str) and re.match(r"[+-]?P", value)):
        return value
    raise ValueError(DURATION_MESSAGE)


def _within_limits(duration: timedelta) -> timedelta:
    if not timedelta(0) <= duration <= MAX_DURATION:
        raise ValueError(f"must be a duration that is not negative, and at most a century, P{MAX_DURATION.days}D")
    return duration


def _moment(value: object) -> object:
    """Accept whole dates only: pydantic would read a bare 2024 as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        year = value.year if isinstance(value, date) else int(value[:4])
        if not 1700 <= year < 3000:
            raise ValueError("must be in the years 1700 to 2999; remove the key if there is no limit")
        return value
    raise ValueError(MOMENT_MESSAGE)


def _delimiter(delimiter: str) -> str:
    if len(delimiter) != 1 or delimiter in "\r\n":
        raise ValueError('must be one character, in quotes: ",", ";", "|", or "\\t" (in double quotes) for a tab')
    return delimiter


def _encoding(encoding: str) -> str:
    try:
        "a".encode(encoding)
    except (LookupError, ValueError):  # ValueError: no encoding of text
        raise ValueError(f"unknown encoding {encoding!r}; write utf-8, latin-1, cp1252 …") from None
    return encoding


TableValue = Annotated[str, BeforeValidator(_table_value)]
"""A value as the table writes it."""

ColumnName = Annotated[str, DocType("column name")]
"""The name of a column in the schema."""

Names = Annotated[tuple[ColumnName, ...], BeforeValidator(_listed), DocType("column name, or a list of them")]
"""Names of columns: a list, or a single name."""

Delimiter = Annotated[str, AfterValidator(_delimiter)]
"""The character between the fields of a CSV line."""

Encoding = Annotated[str, AfterValidator(_encoding)]
"""The encoding of a text file."""

Number = Annotated[float, BeforeValidator(_number)]
"""A finite number."""

WholeNumber = Annotated[int, BeforeValidator(_number)]
"""A number without a fraction."""

Duration = Annotated[
    timedelta, BeforeValidator(_duration), AfterValidator(_within_limits), DocType("ISO 8601 duration")
]
"""A length of time from zero to a century."""

Moment = Annotated[datetime, BeforeValidator(_moment), DocType("date, or date and time")]
"""A moment; one without an offset is read in `source.timezone`."""

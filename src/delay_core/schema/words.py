"""What every model of the language is, the words and names that stand in it, and how mistakes in it are told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class Strict(BaseModel):
    """Frozen, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def says(self, key: str) -> bool:
        """Whether the key holds something else than its default."""
        return bool(getattr(self, key) != type(self).model_fields[key].default)


@dataclass(frozen=True)
class Called:
    """What the reference of the language calls a type, where Python's name for it says too little."""

    words: str


def model_in(annotation: Any) -> type[Strict] | None:
    """The model that a key holds: itself, in a list, or by name."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    return next((model for inner in get_args(annotation) if (model := model_in(inner))), None)


def refuse(mistakes: Iterable[str]) -> None:
    """Raise ValueError with every mistake on a line of its own; nothing where there is none."""
    told = list(mistakes)
    if told:
        raise ValueError("\n".join(told))


def likely(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; capitals do not matter."""
    by_small = {name.casefold(): name for name in known}
    like = get_close_matches(word.casefold(), by_small, n=1)
    return by_small[like[0]] if like else None


def _word(value: object) -> object:
    """YAML reads `yes` as true and `1.50` as 1.5: a whole number is unmistakable, the rest wants quotes."""
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
    """Text or nothing: a bare 3 would be three seconds."""
    if isinstance(value, timedelta) or (isinstance(value, str) and re.match(r"[+-]?P", value)):
        return value
    raise ValueError(DURATION)


def _reasonable(duration: timedelta) -> timedelta:
    if not timedelta(0) <= duration <= _CENTURY:
        raise ValueError(f"must be a duration that is not negative, and at most a century, P{_CENTURY.days}D")
    return duration


def _moment(value: object) -> object:
    """A whole date: a bare 2024 would be half an hour after the beginning of 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        year = value.year if isinstance(value, date) else int(value[:4])
        if not 1700 <= year < 3000:
            raise ValueError("must lie in the years 1700 to 2999; leave the key out where there is no limit")
        return value
    raise ValueError(MOMENT)


_CENTURY = timedelta(days=36525)

DURATION = "must be a duration as ISO 8601 writes it: P3D is three days, PT2H two hours"
MOMENT = "must be a date such as 2024-01-31, or a date and time such as 2024-01-31T08:30"

Word = Annotated[str, BeforeValidator(_word)]
"""A value as it stands in the table."""

ColumnName = Annotated[str, Called("column name")]
"""A column by its name in the schema."""

Names = Annotated[tuple[ColumnName, ...], BeforeValidator(_listed), Called("column name, or a list of them")]
"""Columns by name: a list, or one name by itself."""

Number = Annotated[float, BeforeValidator(_number)]
"""A finite number."""

WholeNumber = Annotated[int, BeforeValidator(_number)]
"""A number without a fraction."""

Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_reasonable), Called("ISO 8601 duration")]
"""A length of time, from nothing to a century."""

Moment = Annotated[datetime, BeforeValidator(_moment), Called("date, or date and time")]
"""A moment; a naive one is read in `source.timezone`."""

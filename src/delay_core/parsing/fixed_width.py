"""Dates whose fields stand at fixed positions: all texts of one length are read at once."""

import re
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

Characters = NDArray[np.uint8]
"""Texts of one length, one byte for each character [rows, length]."""

_FIELDS = {"Y": 4, "y": 2, "m": 2, "b": 3, "d": 2, "H": 2, "M": 2, "S": 2}
"""The characters of each directive: digits, or the three letters of a month."""
_UNKNOWN = "?"
"""Stands for a character that needs more than one byte."""
_ITEM = re.compile(r"%([YymbdHMS])|%[^YymbdHMS]|(.)", re.DOTALL)
_LOWER_CASE = 0x20
"""The bit in which small letters differ from capitals."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MAX_SHORT_YEAR = 68
"""The last year of two digits that is in this century, as strptime has it."""


class FixedWidthDates:
    """Dates of one length in one layout.

    `fields` maps directives (Y, y, m, b, d, H, M, S), `f` (fraction), `oh` and `om` (offset) to the columns of their
    digits; `literals` has the characters that other columns may hold. An offset has its sign in the column before `oh`.
    """

    def __init__(self, fields: Mapping[str, range], literals: Mapping[int, str]) -> None:
        self.length = sum(map(len, fields.values())) + len(literals)
        self._fields = dict(fields)
        self._literals = dict(literals)
        digits = [columns for field, columns in fields.items() if field != "b"]
        self._digit_columns = [column for columns in digits for column in columns]

    @classmethod
    def from_pattern(cls, pattern: str, alternatives: Mapping[str, str] | None = None) -> Self | None:
        """The layout of a strptime pattern; None if its length varies, or it lacks year, month or day.

        `alternatives` maps a literal of the pattern to the characters that may stand in its place.
        """
        fields: dict[str, range] = {}
        literals: dict[int, str] = {}
        column = 0
        for item in _ITEM.finditer(pattern):
            directive, literal = item.groups()
            if directive in fields or (directive is None and literal in (None, "%", _UNKNOWN)):
                return None
            width = 1 if directive is None else _FIELDS[directive]
            if directive is None:
                literals[column] = (alternatives or {}).get(literal, literal)
            else:
                fields[directive] = range(column, column + width)
            column += width
        parts = {"y": "Y", "b": "m"}
        dated = sorted(parts.get(field, field) for field in fields if field in "Yymbd")
        return cls(fields, literals) if dated == ["Y", "d", "m"] else None

    def followed_by(self, text: str, **fields: int) -> Self:
        """The layout with a fraction or an offset at its end: `.fff`, `Z`, `+hh:mm`; digits are named by `fields`.

        The columns of the text are literals, unless a field (its number of digits) starts at a `0`.
        """
        added, literals, column = dict(self._fields), dict(self._literals), self.length
        widths = iter(fields.items())
        while text:
            if text[0] == "0":
                name, width = next(widths)
                added[name] = range(column, column + width)
            else:
                width = 1
                literals[column] = {"Z": "Zz", "+": "+-", ".": ".,"}.get(text[0], text[0])
            column, text = column + width, text[width:]
        return type(self)(added, literals)

    @property
    def has_zone(self) -> bool:
        """Whether the times are in UTC: the layout has an offset, or the letter Z."""
        return "oh" in self._fields or "Zz" in self._literals.values()

    def read(self, characters: Characters) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        """Times [rows], and which texts [rows] are a date in this layout; the other times mean nothing."""
        digits = characters - ord("0")
        valid = (digits[:, self._digit_columns] <= 9).all(axis=1)
        for column, allowed in self._literals.items():
            valid &= np.logical_or.reduce([characters[:, column] == ord(letter) for letter in allowed])
        days, are_days = self._days(characters, digits)
        hour, minute, second = (self._number(digits, field) for field in "HMS")
        valid &= are_days & (hour < 24) & (minute < 60) & (second < 60)
        micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + self._fraction(digits)
        if "oh" in self._fields:
            hours, minutes = self._number(digits, "oh"), self._number(digits, "om")
            valid &= (hours < 24) & (minutes < 60)
            is_west = characters[:, self._fields["oh"].start - 1] == ord("-")
            micros += np.where(is_west, 60_000_000, -60_000_000) * (hours * 60 + minutes)
        return days.astype("datetime64[us]") + micros, valid

    def _days(self, characters: Characters, digits: Characters) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        """Days [rows], and which of them [rows] exist; the other days mean nothing."""
        year, month, day = (self._number(digits, field) for field in "Ymd")
        if "y" in self._fields:
            short = self._number(digits, "y")
            year = short + np.where(short <= MAX_SHORT_YEAR, 2000, 1900)
        if "b" in self._fields:
            month = _month_numbers(characters[:, list(self._fields["b"])])
        return calendar_days(year, month, day)

    def _number(self, digits: Characters, field: str) -> NDArray[np.int64]:
        number = np.zeros(len(digits), dtype=np.int64)
        for column in self._fields.get(field, ()):
            number = number * 10 + digits[:, column]
        return number

    def _fraction(self, digits: Characters) -> NDArray[np.int64]:
        unit: int = 10 ** (6 - len(self._fields.get("f", "")))
        return self._number(digits, "f") * unit


def calendar_days(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Days [rows], and which of them [rows] exist; the other days mean nothing."""
    exist = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(exist, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    return days, exist & (days.astype("datetime64[M]") == months)


def _month_numbers(letters: Characters) -> NDArray[np.int64]:
    """Names of months [rows, 3] as 1 to 12; 0 for any other text."""
    numbers = np.zeros(len(letters), dtype=np.int64)
    lower = letters | _LOWER_CASE
    for number, name in enumerate(MONTHS, 1):
        numbers[(lower == np.frombuffer(name.encode(), np.uint8)).all(axis=1)] = number
    return numbers


def to_characters(texts: Sequence[str], length: int) -> Characters:
    """The characters of texts that all have this length; one that no layout has stands for all others."""
    content = "".join(texts).encode("latin-1", errors="replace")
    return np.frombuffer(content, dtype=np.uint8).reshape(len(texts), length)

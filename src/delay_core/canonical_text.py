"""One text for a value, whatever file or request writes it: truth values, whole numbers, dates, times of day, accents.

A CSV file from a spreadsheet program has `TRUE`, one from Python `True`, a request `true`; a Parquet column with gaps
has 5.0 where a CSV file has 5. As categories, as identifiers and as values that a schema names, they are the same.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")

SEPARATOR = "\x1f"
"""Between the texts that together are one key."""

MAX_EXACT_FLOAT = 1 << 53
"""Up to here, a float holds every whole number."""

_TRUTH_VALUES = {"TRUE": "True", "true": "True", "FALSE": "False", "false": "False"}
_WHOLE_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.0")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_TIME_OF_DAY = re.compile(r"([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?")
_MARKS = ("\nTRUE\n", "\ntrue\n", "\nFALSE\n", "\nfalse\n", ".0\n", ":")
"""Texts of several lines without any of these have no truth value, whole float or time of day in them."""


def canonical_text(value: object) -> str | None:
    """The text; None for a value that is not text, a number, a truth value, a date or a time.

    Truth values are `True` and `False`; a whole number has no decimal point; a midnight is its date, `2024-01-31`, and
    any other moment `2024-01-31 08:30:00`; a time of day or a duration is `08:30`, with seconds if there are any.
    Letters with accents are composed (NFC). Other texts stay as they are.
    """
    text: str | None
    match value:
        case str():
            text = _canonical(value)
        case int():
            text = str(value)
        case float() | Decimal():
            text = _number_text(value)
        case timedelta():
            text = _duration_text(value)
        case date() | time():
            text = _canonical(value.isoformat())
        case _:
            text = _scalar_text(value)
    return text


def is_canonical(texts: Iterable[str]) -> bool:
    """Whether each text certainly is its canonical one; False in doubt. Fast: looks at all of them together.

    Texts with half a surrogate pair, which JSON can carry and no store can keep, are in doubt.
    """
    joined = "\n".join(texts)
    if not joined.isascii() and not (is_encodable(joined) and unicodedata.is_normalized("NFC", joined)):
        return False
    lines = f"\n{joined}\n"
    return not any(mark in lines for mark in _MARKS)


def is_encodable(text: str) -> bool:
    """Whether the text has no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_inexact(number: float) -> bool:
    """Whether the float is too large to hold every digit of a whole number."""
    return MAX_EXACT_FLOAT <= abs(number) < math.inf


def spellings(text: str) -> frozenset[str]:
    """The texts that files write for this one: other texts with the same canonical text, as far as they are usual."""
    canonical = _canonical(text)
    others = [other for other, word in _TRUTH_VALUES.items() if word == canonical]
    if re.fullmatch(r"-?[1-9][0-9]*|0", canonical):
        others.append(f"{canonical}.0")
    return frozenset((text, canonical, unicodedata.normalize("NFD", canonical), *others))


def add_canonical_keys(values: Mapping[str, T]) -> dict[str | None, T]:
    """The values of texts also under the canonical ones, for what was fitted before texts were canonical."""
    canonical: dict[str | None, T] = {_canonical_parts(text): value for text, value in values.items()}
    return canonical | dict(values)


def _canonical_parts(text: str) -> str:
    """The text with each part between separators in canonical form."""
    return SEPARATOR.join(map(_canonical, text.split(SEPARATOR)))


def _canonical(text: str) -> str:
    if not text.isascii():
        return unicodedata.normalize("NFC", text)
    if text in _TRUTH_VALUES:
        return _TRUTH_VALUES[text]
    if text.endswith(".0") and _WHOLE_FLOAT.fullmatch(text):
        return "0" if text == "-0.0" else text[:-2]
    if ":" in text:
        return _canonical_time(text)
    return text


def _canonical_time(text: str) -> str:
    if moment := _MOMENT.fullmatch(text):
        day, clock, zone = moment.groups()
        hours, seconds = _split_clock(clock)
        if zone is None and hours == "00:00" and seconds == "00":
            return str(day)
        return f"{day} {hours}:{seconds}{zone or ''}"
    if _TIME_OF_DAY.fullmatch(text):
        hours, seconds = _split_clock(text)
        return hours if seconds == "00" else f"{hours}:{seconds}"
    return text


def _split_clock(clock: str) -> tuple[str, str]:
    """Hours and minutes, and seconds without zeros at the end of their fraction."""
    seconds, _, fraction = clock[6:].partition(".")
    fraction = fraction.rstrip("0")
    return clock[:5], (seconds or "00") + (f".{fraction}" if fraction else "")


def _scalar_text(value: Any) -> str | None:
    """The text of a NumPy scalar; this module is imported where NumPy must not be."""
    if getattr(value, "shape", None) != ():
        return None
    return _canonical(str(value)) if value.dtype.kind == "M" else canonical_text(value.item())


def _number_text(value: float | Decimal) -> str | None:
    """`5` for 5.0; other numbers as Python writes the float; None for NaN."""
    try:
        return str(int(value)) if value == int(value) else str(float(value))
    except OverflowError:
        return str(float(value))  # infinite
    except ValueError:
        return None


def _duration_text(duration: timedelta) -> str:
    sign, length = ("-", -duration) if duration < timedelta(0) else ("", duration)
    minutes, rest = divmod(length, timedelta(minutes=1))
    seconds = _split_clock(f"00:00:{rest.seconds:02}.{rest.microseconds:06}")[1]
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + ("" if seconds == "00" else f":{seconds}")

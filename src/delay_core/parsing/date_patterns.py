"""How one text is read as a date: ISO 8601, or a strptime pattern. A text that does not fit is no date."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from delay_core.parsing.date_formats import ISO_8601
from delay_core.parsing.fixed_width import MAX_SHORT_YEAR, MONTHS, FixedWidthDates

_FULL_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_OFFSET = "z|[+-][0-9]{2}(?::?[0-9]{2})?"
_GROUPS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "j": "[0-9]{1,3}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,9}",
    "b": "|".join(MONTHS),
    "B": _FULL_MONTHS,
    "a": "|".join(day[:3] for day in _DAYS.split("|")),
    "A": _DAYS,
    "p": "[ap]m",
    "z": _OFFSET,
    "Z": "[a-z]+",
}
_DIGITS = {name: group for name, group in _GROUPS.items() if group.startswith("[0-9]")}
_ISO = re.compile(
    "(?P<Y>[0-9]{4})(?P<dash>-?)(?P<m>[0-9]{2})(?P=dash)(?P<d>[0-9]{2})"
    "(?:[t ](?P<H>[0-9]{2})(?:(?P<colon>:?)(?P<M>[0-9]{2})(?:(?P=colon)(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]+))?)?)?"
    f"(?: ?(?P<z>{_OFFSET}))?)?",
    re.IGNORECASE | re.ASCII,
)


class WrittenTime(NamedTuple):
    """A local time, and what the text says about its zone: the offset from UTC, a zone's name, or neither."""

    local: datetime
    offset: timedelta | None = None
    zone_name: str | None = None


class DatePattern(NamedTuple):
    """A format of texts: `read` gives None for a text that is no date in it; `layouts` are those of fixed width."""

    read: Callable[[str], WrittenTime | None]
    layouts: Mapping[int, tuple[FixedWidthDates, ...]]
    """By the length of the texts."""


@lru_cache(maxsize=64)
def date_pattern(form: str) -> DatePattern:
    """The pattern of a date format that is no number."""
    if form == ISO_8601:
        return DatePattern(lambda text: _read(_ISO, text), _by_length(_iso_layouts()))
    regex = _compile(form)
    if regex is None:  # rare directives, such as those of ISO weeks
        return DatePattern(lambda text: _read_with_strptime(form, text), {})
    layout = FixedWidthDates.from_pattern(form)
    return DatePattern(lambda text: _read(regex, text), _by_length([layout] if layout else []))


def _by_length(layouts: list[FixedWidthDates]) -> dict[int, tuple[FixedWidthDates, ...]]:
    lengths = dict.fromkeys(layout.length for layout in layouts)
    return {length: tuple(layout for layout in layouts if layout.length == length) for length in lengths}


def _iso_layouts() -> list[FixedWidthDates]:
    """The layouts in which most programs write ISO 8601."""
    days, minutes, seconds = (
        layout
        for pattern in ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
        if (layout := FixedWidthDates.from_pattern(pattern, {"T": "Tt "})) is not None
    )
    times = [minutes, seconds, seconds.followed_by(".000", f=3), seconds.followed_by(".000000", f=6)]
    with_zone = [zoned for time in times for zoned in (time.followed_by("Z"), time.followed_by("+00:00", oh=2, om=2))]
    return [days, *times, *with_zone]


def _compile(form: str) -> re.Pattern[str] | None:
    """The pattern as a regular expression with a group for each directive; None if one is unknown or repeated."""
    items = re.findall(r"%.|\s+|.", form, re.DOTALL)
    parts = []
    for before, item, after in zip(["", *items], items, [*items[1:], ""], strict=False):
        name = item[1:] if item[0] == "%" else None
        if name is None or name == "%":
            parts.append(r"\s+" if item.isspace() else re.escape(item[-1]))
            continue
        if name not in _GROUPS:
            return None
        group = _GROUPS[name]
        if name in _DIGITS and any(other[:1] == "%" and other[1:] in _DIGITS for other in (before, after)):
            group = group.replace("{1,", "{")  # without a sign between them, numbers have all their digits
        parts.append(f"(?P<{name}>{group})")
    try:
        return re.compile("".join(parts), re.IGNORECASE | re.ASCII)
    except re.error:  # a directive occurs twice
        return None


def _read(regex: re.Pattern[str], text: str) -> WrittenTime | None:
    match = regex.fullmatch(text)
    if match is None:
        return None
    fields = match.groupdict()
    try:
        return WrittenTime(_to_datetime(fields), _to_offset(fields.get("z")), fields.get("Z"))
    except (ValueError, OverflowError):  # a month 13, an hour 24
        return None


def _to_datetime(fields: Mapping[str, str | None]) -> datetime:
    """Raises ValueError where a field is out of its range."""

    def number(name: str, default: int) -> int:
        return int(fields.get(name) or default)

    fraction = f"{fields.get('f') or '':0<6}"[:6]
    clock = (_hour(fields), number("M", 0), number("S", 0), int(fraction))
    if fields.get("j"):
        first = datetime(_year(fields), 1, 1, *clock)  # noqa: DTZ001 - local time
        moment = first + timedelta(days=number("j", 1) - 1)
        if moment.year != first.year:
            raise ValueError("no such day of the year")
        return moment
    return datetime(_year(fields), _month(fields), number("d", 1), *clock)  # noqa: DTZ001 - local time


def _year(fields: Mapping[str, str | None]) -> int:
    short = fields.get("y")
    if short is None:
        return int(fields["Y"] or 0)
    return int(short) + (2000 if int(short) <= MAX_SHORT_YEAR else 1900)


def _month(fields: Mapping[str, str | None]) -> int:
    name = fields.get("b") or fields.get("B")
    return int(fields.get("m") or 1) if name is None else MONTHS.index(name[:3].lower()) + 1


def _hour(fields: Mapping[str, str | None]) -> int:
    twelve = fields.get("I")
    if twelve is None:
        return int(fields.get("H") or 0)
    if not 1 <= int(twelve) <= 12:
        raise ValueError("no such hour")
    return int(twelve) % 12 + (12 if (fields.get("p") or "am").lower() == "pm" else 0)


def _to_offset(text: str | None) -> timedelta | None:
    """Raises ValueError for an offset that no clock has."""
    if text is None:
        return None
    if text in "Zz":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:].removeprefix(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def _read_with_strptime(form: str, text: str) -> WrittenTime | None:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the pattern may have no zone
    except (ValueError, OverflowError, IndexError):
        return None
    return WrittenTime(moment.replace(tzinfo=None), moment.utcoffset())

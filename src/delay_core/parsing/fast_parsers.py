"""Fast parsers of requests: each handles the values of a column as programs usually send them.

Values that a parser handles become the same bits as in validation. Any other value is left to the validator, which
accepts or refuses it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.canonical_text import canonical_text, is_canonical, is_encodable, is_inexact
from delay_core.parsing.local_time import NO_TIME
from delay_core.parsing.timestamps import instant

Parsed = tuple[NDArray[Any], NDArray[np.bool_] | None]
"""Canonical values [rows], and which of them are handled [rows]; None: all."""
Parser = Callable[[Sequence[Any]], Parsed]
"""Parses raw values [rows], None where there is none."""

_DAY = "(?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}"  # in years that every library reads alike
_LOCAL = f"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\\.[0-9]{{1,6}})?)?"
_ALL_LOCAL = re.compile(f"(?:{_LOCAL}\n)+")
_ZONED = re.compile(f"{_LOCAL}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})")
"""Times as programs write them."""
NUMBER_TYPES = {float, int}
_TYPED = {str, float, int, bool}


def number_parser(limits: tuple[float, float], null_tokens: frozenset[str], *, required: bool) -> Parser:
    """Numbers, and texts that Python reads as numbers, within the limits."""
    minimum, maximum = limits

    def number(value: object) -> float:
        """The number; NaN where it is missing, infinity where it is not a number."""
        kind = type(value)
        if value is None or (kind is str and value in null_tokens):
            return np.nan
        if kind not in NUMBER_TYPES and (kind is not str or "_" in value or not value.isascii()):  # type: ignore[operator,attr-defined]
            return np.inf
        try:
            parsed = float(value)  # type: ignore[arg-type]
        except (OverflowError, ValueError):
            return np.inf
        return np.inf if kind is str and np.isnan(parsed) else parsed

    def parse(values: Sequence[Any]) -> Parsed:
        try:
            typed = set(map(type, values)) <= NUMBER_TYPES
            numbers = np.array(values if typed else [number(value) for value in values], dtype=np.float64)
        except OverflowError:  # a whole number greater than every float
            numbers = np.array([number(value) for value in values], dtype=np.float64)
        handled = (numbers >= minimum) & (numbers <= maximum) & (np.abs(numbers) < np.inf)
        if not required:
            handled |= np.isnan(numbers)
        return numbers, None if handled.all() else handled

    return parse


def text_parser(allowed: frozenset[str] | None, null_tokens: frozenset[str], *, required: bool) -> Parser:
    """Texts, numbers and truth values as canonical texts; only the allowed ones, unless that is None."""

    def parse(values: Sequence[Any]) -> Parsed:
        texts = np.empty(len(values), dtype=object)
        types = set(map(type, values))
        if types == {str} and null_tokens.isdisjoint(values) and is_canonical(values):
            texts[:] = values
            if allowed is None or allowed.issuperset(values):
                return texts, None
            return texts, np.fromiter(map(allowed.__contains__, values), bool, len(values))
        handled = np.ones(len(values), dtype=bool)
        for row, value in enumerate(values):
            text = canonical_text(value) if type(value) in _TYPED else None
            if value is None or text in null_tokens:
                handled[row] = not required
            elif text is not None and is_encodable(text) and not (type(value) is float and is_inexact(value)):
                texts[row] = text
                handled[row] = (allowed is None or text in allowed) and value == value  # noqa: PLR0124 - NaN is missing
            else:
                handled[row] = False
        return texts, None if handled.all() else handled

    return parse


def time_parser(limits: tuple[datetime | None, datetime | None], timezone: str, slow_parser: Parser) -> Parser:
    """Times in ISO 8601 within the limits; `slow_parser` handles values that are not written so."""
    earliest, latest = (None if limit is None else instant(limit, timezone) for limit in limits)

    def parse(values: Sequence[Any]) -> Parsed:
        times = _parse_all_local(values) if timezone == "UTC" else None
        unread: NDArray[np.bool_] | None = None
        if times is None:
            times = np.array([_parse_zoned(value) for value in values], dtype="datetime64[us]")
            unread = np.isnat(times)
        handled = np.ones(len(values), dtype=bool)
        if earliest is not None:
            handled &= times >= earliest
        if latest is not None:
            handled &= times <= latest
        if unread is not None and unread.any():
            slow_times, slow_handled = slow_parser(list(compress(values, unread)))
            times[unread] = slow_times
            handled[unread] = True if slow_handled is None else slow_handled
        return times, None if handled.all() else handled

    return parse


def _parse_all_local(values: Sequence[Any]) -> NDArray[np.datetime64] | None:
    """Times without an offset; None where one value is anything else."""
    if set(map(type, values)) != {str} or not _ALL_LOCAL.fullmatch("\n".join(values) + "\n"):
        return None
    try:
        return np.array(values, dtype="datetime64[us]")
    except ValueError:
        return None


def _parse_zoned(value: object) -> np.datetime64:
    """A time with an offset, in UTC; NaT for any other value."""
    if type(value) is not str or not _ZONED.fullmatch(value):
        return NO_TIME
    try:
        return np.datetime64(datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None), "us")
    except (OverflowError, ValueError):
        return NO_TIME

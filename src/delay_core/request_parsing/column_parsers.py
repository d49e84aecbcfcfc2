"""Fast parsers, one for each column: they handle values as programs usually send them.

What they handle, they parse to the same bits as validation. Any other value is left to the validator, which accepts or
refuses it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain, compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.request_parsing.value_cache import ColumnValueCache
from delay_core.schema import Column, ShipmentSchema
from delay_core.validation.timestamps import NO_TIME, instant

Parsed = tuple[NDArray[Any], NDArray[np.bool_] | None]
"""Canonical values [rows], and which of them are handled [rows]; None: all."""
Parser = Callable[[Sequence[Any]], Parsed]
"""Parses raw values [rows], None where there is none."""

_DAY = "(?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}"  # in years that every library reads alike
_LOCAL = f"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\\.[0-9]{{1,6}})?)?"
_ALL_LOCAL = re.compile(f"(?:{_LOCAL}\n)+")
_ZONED = re.compile(f"{_LOCAL}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})")
"""Times as programs write them."""
_NUMBERS = {float, int}
_TYPED = {float, int, bool}
_LARGEST = float(np.finfo(np.float64).max)


def make_parser(schema: ShipmentSchema, name: str, *, required: bool) -> Parser:
    """The column's parser. Where the column is required, a missing value is not handled."""
    column, tokens = schema.columns[name], frozenset(schema.null_tokens(name))
    if is_plain_number(schema, name):
        return _number_parser(column, tokens, required=required)
    if column.role == "timestamp" and not column.sentinels and schema.source.date_formats[0] == "ISO8601":
        return _time_parser(schema, name, required=required)
    if column.role in ("numeric", "timestamp"):
        return _cached_parser(schema, name, required=required)
    return _text_parser(column, tokens, required=required)


def make_missing_reason_parser(schema: ShipmentSchema, name: str) -> Callable[[Sequence[Any]], NDArray[np.object_]]:
    """Gives the reasons [rows] of sentinels for missing values, None where there is none."""
    cache = ColumnValueCache(schema, name)

    def parse(values: Sequence[Any]) -> NDArray[np.object_]:
        reasons = np.empty(len(values), dtype=object)
        for row, cached in enumerate(cache.get_many(values)):
            reasons[row] = cached[1] if cached else None
        return reasons

    return parse


def is_plain_number(schema: ShipmentSchema, name: str) -> bool:
    """Whether the column holds numbers as programs write them, and nothing else."""
    column, form = schema.columns[name], schema.source
    is_plain = not column.strip and form.decimal == "." and form.thousands is None
    return column.role == "numeric" and is_plain and not column.sentinels


class NumberBlockParser:
    """Parses several columns of plain numbers together."""

    def __init__(self, schema: ShipmentSchema, names: Sequence[str]) -> None:
        self.names = tuple(names)
        columns = [schema.columns[name] for name in names]
        self._minimum = np.array([-_LARGEST if c.minimum is None else c.minimum for c in columns])
        self._maximum = np.array([_LARGEST if c.maximum is None else c.maximum for c in columns])

    def parse(self, rows: Iterable[Sequence[Any]], row_count: int) -> NDArray[np.float64] | None:
        """The values [columns, rows] of raw rows; None where one is not a number within its limits."""
        flat = list(chain.from_iterable(rows))
        if not _NUMBERS.issuperset(map(type, flat)):
            return None
        try:
            numbers = np.fromiter(flat, np.float64, len(flat)).reshape(row_count, len(self.names))
        except OverflowError:  # a whole number greater than every float
            return None
        within = (numbers >= self._minimum) & (numbers <= self._maximum)
        return np.ascontiguousarray(numbers.T) if within.all() else None


def _number_parser(column: Column, null_tokens: frozenset[str], *, required: bool) -> Parser:
    minimum = -np.inf if column.minimum is None else column.minimum
    maximum = np.inf if column.maximum is None else column.maximum

    def number(value: object) -> float:
        """The number; NaN where it is missing, infinity where it is not a number."""
        kind = type(value)
        if value is None or (kind is str and value in null_tokens):
            return np.nan
        if kind not in _NUMBERS and (kind is not str or "_" in value or not value.isascii()):  # type: ignore[operator,attr-defined]
            return np.inf
        try:
            parsed = float(value)  # type: ignore[arg-type]
        except (OverflowError, ValueError):
            return np.inf
        return np.inf if kind is str and np.isnan(parsed) else parsed

    def parse(values: Sequence[Any]) -> Parsed:
        try:
            typed = set(map(type, values)) <= _NUMBERS
            numbers = np.array(values if typed else [number(value) for value in values], dtype=np.float64)
        except OverflowError:  # a whole number greater than every float
            numbers = np.array([number(value) for value in values], dtype=np.float64)
        handled = (numbers >= minimum) & (numbers <= maximum) & (np.abs(numbers) < np.inf)
        if not required:
            handled |= np.isnan(numbers)
        return numbers, None if handled.all() else handled

    return parse


def _text_parser(column: Column, null_tokens: frozenset[str], *, required: bool) -> Parser:
    closed = column.categories is not None and column.unseen == "refuse"
    allowed = frozenset(column.categories or ())

    def parse(values: Sequence[Any]) -> Parsed:
        texts = np.empty(len(values), dtype=object)
        types = set(map(type, values))
        if types == {str} and null_tokens.isdisjoint(values) and _is_text(values):
            texts[:] = values
            if not closed or allowed.issuperset(values):
                return texts, None
            return texts, np.fromiter(map(allowed.__contains__, values), bool, len(values))
        handled = np.ones(len(values), dtype=bool)
        for row, value in enumerate(values):
            if value is None or (type(value) is str and value in null_tokens):
                handled[row] = not required
            elif type(value) in _TYPED or (type(value) is str and _is_text((value,))):
                text = str(value)  # a typed number is its text, as in validation
                texts[row] = text
                handled[row] = (not closed or text in allowed) and value == value  # noqa: PLR0124 - NaN is missing
            else:
                handled[row] = False
        return texts, None if handled.all() else handled

    return parse


def _is_text(values: Sequence[str]) -> bool:
    joined = "".join(values)
    if joined.isascii():
        return True
    try:
        joined.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


def _time_parser(schema: ShipmentSchema, name: str, *, required: bool) -> Parser:
    column, zone = schema.columns[name], schema.source.timezone
    earliest, latest = (None if limit is None else instant(limit, zone) for limit in (column.earliest, column.latest))
    slow_parser = _cached_parser(schema, name, required=required)

    def parse(values: Sequence[Any]) -> Parsed:
        times = _parse_all_local(values) if zone == "UTC" else None
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


def _cached_parser(schema: ShipmentSchema, name: str, *, required: bool) -> Parser:
    """Validates every distinct value once."""
    cache = ColumnValueCache(schema, name)
    numeric = schema.columns[name].role == "numeric"
    absent: Any = np.nan if numeric else NO_TIME
    dtype = np.float64 if numeric else np.dtype("datetime64[us]")

    def parse(values: Sequence[Any]) -> Parsed:
        cached = cache.get_many(values)
        parsed = np.array([absent if result is None else result[0] for result in cached], dtype=dtype)
        handled = np.array([result is not None for result in cached], dtype=bool)
        if required:
            handled &= ~(np.isnan(parsed) if numeric else np.isnat(parsed))
        return parsed, None if handled.all() else handled

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

"""The quick reading of one column: values as programs send them; everything else is left to the rules of validation.

What is read here is read to the same bits as there. A value that is not `plain` is not refused: somebody looks closer.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain, compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.requests.remembered import Remembered
from delay_core.schema import Column, ShipmentSchema
from delay_core.validation.moments import instant

Found = tuple[NDArray[Any], NDArray[np.bool_] | None]
"""Canonical values [rows], and which of them are plain [rows]; None: all."""
Read = Callable[[Sequence[Any]], Found]
"""Raw values [rows], None where there is none."""

_DAY = "(?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}"  # in years that every library reads alike
_LOCAL = f"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\\.[0-9]{{1,6}})?)?"
_ALL_LOCAL = re.compile(f"(?:{_LOCAL}\n)+")
_ZONED = re.compile(f"{_LOCAL}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})")
"""Times as programs write them."""
_NUMBERS = {float, int}
_TYPED = {float, int, bool}
_LARGEST = float(np.finfo(np.float64).max)
_NO_TIME = np.datetime64("NaT", "us")


def reader_of(schema: ShipmentSchema, name: str, *, required: bool) -> Read:
    """How the column's raw values are read; a required one is not plain where it is missing."""
    column, tokens = schema.columns[name], frozenset(schema.null_tokens(name))
    if is_simple_number(schema, name):
        return _numbers(column, tokens, required=required)
    if column.role == "timestamp" and not column.sentinels and schema.source.date_formats[0] == "ISO8601":
        return _times(schema, name, required=required)
    if column.role in ("numeric", "timestamp"):
        return _one_by_one(schema, name, required=required)
    return _texts(column, tokens, required=required)


def is_simple_number(schema: ShipmentSchema, name: str) -> bool:
    """Whether the column holds numbers as programs write them, and nothing else."""
    column, form = schema.columns[name], schema.source
    written_plainly = not column.strip and form.decimal == "." and form.thousands is None
    return column.role == "numeric" and written_plainly and not column.sentinels


class Block:
    """Several columns of simple numbers, read in one go where they hold nothing but numbers within their limits."""

    def __init__(self, schema: ShipmentSchema, names: Sequence[str]) -> None:
        self.names = tuple(names)
        columns = [schema.columns[name] for name in names]
        self._least = np.array([-_LARGEST if c.minimum is None else c.minimum for c in columns])
        self._most = np.array([_LARGEST if c.maximum is None else c.maximum for c in columns])

    def read(self, values: Iterable[Sequence[Any]], rows: int) -> NDArray[np.float64] | None:
        """The values [columns, rows], for raw values of each row; None where that is not so."""
        flat = list(chain.from_iterable(values))
        if not _NUMBERS.issuperset(map(type, flat)):
            return None
        try:
            found = np.fromiter(flat, np.float64, len(flat)).reshape(rows, len(self.names))
        except OverflowError:  # a whole number beyond every float
            return None
        within = (found >= self._least) & (found <= self._most)
        return np.ascontiguousarray(found.T) if within.all() else None


def why_reader_of(schema: ShipmentSchema, name: str) -> Callable[[Sequence[Any]], NDArray[np.object_]]:
    """Why the column's values are missing, where a sentinel says so: the reason or None [rows]."""
    remembered = Remembered(schema, name)

    def read(values: Sequence[Any]) -> NDArray[np.object_]:
        found = np.empty(len(values), dtype=object)
        for at, seen in enumerate(remembered.of(values)):
            found[at] = seen[1] if seen else None
        return found

    return read


def _numbers(column: Column, null_tokens: frozenset[str], *, required: bool) -> Read:
    least = -np.inf if column.minimum is None else column.minimum
    most = np.inf if column.maximum is None else column.maximum

    def number(value: object) -> float:
        """The number, NaN where it is missing, infinity for what is none."""
        kind = type(value)
        if value is None or (kind is str and value in null_tokens):
            return np.nan
        if kind not in _NUMBERS and (kind is not str or "_" in value or not value.isascii()):  # type: ignore[operator,attr-defined]
            return np.inf
        try:
            found = float(value)  # type: ignore[arg-type]
        except (OverflowError, ValueError):
            return np.inf
        return np.inf if kind is str and np.isnan(found) else found

    def read(values: Sequence[Any]) -> Found:
        try:
            typed = set(map(type, values)) <= _NUMBERS
            found = np.array(values if typed else [number(value) for value in values], dtype=np.float64)
        except OverflowError:  # a whole number beyond every float
            found = np.array([number(value) for value in values], dtype=np.float64)
        plain = (found >= least) & (found <= most) & (np.abs(found) < np.inf)
        if not required:
            plain |= np.isnan(found)
        return found, None if plain.all() else plain

    return read


def _texts(column: Column, null_tokens: frozenset[str], *, required: bool) -> Read:
    closed = column.categories is not None and column.unseen == "refuse"
    allowed = frozenset(column.categories or ())

    def read(values: Sequence[Any]) -> Found:
        found = np.empty(len(values), dtype=object)
        kinds = set(map(type, values))
        if kinds == {str} and null_tokens.isdisjoint(values) and _is_text(values):
            found[:] = values
            if not closed or allowed.issuperset(values):
                return found, None
            return found, np.fromiter(map(allowed.__contains__, values), bool, len(values))
        plain = np.ones(len(values), dtype=bool)
        for at, value in enumerate(values):
            if value is None or (type(value) is str and value in null_tokens):
                plain[at] = not required
            elif type(value) in _TYPED or (type(value) is str and _is_text((value,))):
                text = str(value)  # a typed number is its text, as validation has it
                found[at] = text
                plain[at] = (not closed or text in allowed) and value == value  # noqa: PLR0124 - NaN is nothing
            else:
                plain[at] = False
        return found, None if plain.all() else plain

    return read


def _is_text(values: Sequence[str]) -> bool:
    joined = "".join(values)
    if joined.isascii():
        return True
    try:
        joined.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def _times(schema: ShipmentSchema, name: str, *, required: bool) -> Read:
    column, zone = schema.columns[name], schema.source.timezone
    earliest, latest = (None if limit is None else instant(limit, zone) for limit in (column.earliest, column.latest))
    careful = _one_by_one(schema, name, required=required)

    def read(values: Sequence[Any]) -> Found:
        found = _all_local(values) if zone == "UTC" else None
        odd: NDArray[np.bool_] | None = None
        if found is None:
            found = np.array([_zoned(value) for value in values], dtype="datetime64[us]")
            odd = np.isnat(found)
        plain = np.ones(len(values), dtype=bool)
        if earliest is not None:
            plain &= found >= earliest
        if latest is not None:
            plain &= found <= latest
        if odd is not None and odd.any():
            seen, good = careful(list(compress(values, odd)))
            found[odd] = seen
            plain[odd] = True if good is None else good
        return found, None if plain.all() else plain

    return read


def _one_by_one(schema: ShipmentSchema, name: str, *, required: bool) -> Read:
    remembered = Remembered(schema, name)
    numeric = schema.columns[name].role == "numeric"
    nothing: Any = np.nan if numeric else _NO_TIME

    def read(values: Sequence[Any]) -> Found:
        seen = remembered.of(values)
        kind = np.float64 if numeric else np.dtype("datetime64[us]")
        found = np.array([nothing if one is None else one[0] for one in seen], dtype=kind)
        plain = np.array([one is not None for one in seen], dtype=bool)
        if required:
            plain &= ~(np.isnan(found) if numeric else np.isnat(found))
        return found, None if plain.all() else plain

    return read


def _all_local(values: Sequence[Any]) -> NDArray[np.datetime64] | None:
    """Times that name no zone, as they are; None where one is anything else."""
    if set(map(type, values)) != {str} or not _ALL_LOCAL.fullmatch("\n".join(values) + "\n"):
        return None
    try:
        return np.array(values, dtype="datetime64[us]")
    except ValueError:
        return None


def _zoned(value: object) -> np.datetime64:
    """A time that names its zone, in UTC; nothing for any other."""
    if type(value) is not str or not _ZONED.fullmatch(value):
        return _NO_TIME
    try:
        return np.datetime64(datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None), "us")
    except (OverflowError, ValueError):
        return _NO_TIME

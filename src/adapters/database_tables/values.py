"""Values of databases as the Python objects that tables from Parquet have."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd

from adapters.shared.error_values import error_notes
from delay_core.canonical_text import canonical_text
from delay_core.source_notes import Notes

NATIVE_TYPES = frozenset((NoneType, str, int, float, bool))


def to_table(names: Sequence[str], rows: Sequence[Sequence[Any]], booleans: frozenset[str]) -> pd.DataFrame:
    """The rows as columns of objects. The columns in `booleans` hold 0 and 1, because SQLite has no truth values."""
    columns: dict[str, Any] = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        column = np.empty(len(rows), dtype=object)
        if name in booleans:
            column[:] = [bool(value) if value in (0, 1) else value for value in values]
        elif NATIVE_TYPES.issuperset(map(type, values)):
            column[:] = values
        else:
            column[:] = [_to_native(value) for value in values]
        columns[name] = column
    return pd.DataFrame(columns, dtype=object, copy=False)


def note_errors(table: pd.DataFrame) -> Notes:
    """A note for each column of text with errors of a spreadsheet, as files have them."""
    return error_notes(table, [name for name in table.columns if _holds_text(table[name])])


def _holds_text(column: "pd.Series[Any]") -> bool:
    types = set(map(type, column))
    return str in types and types.isdisjoint(_NESTED)


def _to_native(value: object) -> object:
    convert = _CONVERTERS.get(type(value))
    if convert is not None:
        return convert(value)
    return value if isinstance(value, _KEPT) else str(value)


def _number(value: Decimal) -> int | float:
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


def _moment(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(UTC)


_CONVERTERS: dict[type, Callable[[Any], object]] = {
    Decimal: _number,
    datetime: _moment,
    date: lambda value: datetime.combine(value, time()),
    time: canonical_text,
    timedelta: canonical_text,
    memoryview: bytes,
}
"""Decimals become floats, or integers if they have no decimal places; dates become midnights; times are in UTC.

Times of day and durations, which are no dates, become text.
"""
_NESTED = (list, dict)
_KEPT = (NoneType, str, int, float, bool, bytes, *_NESTED)
"""All other types, such as UUIDs and ranges, become text."""

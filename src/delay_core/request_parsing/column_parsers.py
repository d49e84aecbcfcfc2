"""The parsers of a schema's columns: a fast one for each role, and the validation of distinct values behind it."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing.fast_parsers import NUMBER_TYPES, Parsed, Parser
from delay_core.request_parsing.value_cache import ColumnValueCache
from delay_core.schema import ShipmentSchema
from delay_core.schema.roles import ColumnRole

_MAX_FLOAT = float(np.finfo(np.float64).max)


def make_parser(role: ColumnRole) -> Parser:
    """The parser of the column. If the column is required, it does not handle a missing value."""
    return role.request_parser(_cached_parser(role))


def make_missing_reason_parser(role: ColumnRole) -> Callable[[Sequence[Any]], NDArray[np.object_]]:
    """Gives the reasons [rows] of sentinels for missing values, None where there is none."""
    cache = ColumnValueCache(role)

    def parse(values: Sequence[Any]) -> NDArray[np.object_]:
        reasons = np.empty(len(values), dtype=object)
        for row, cached in enumerate(cache.get_many(values)):
            reasons[row] = cached[1] if cached else None
        return reasons

    return parse


class NumberBlockParser:
    """Parses several columns of plain numbers together."""

    def __init__(self, schema: ShipmentSchema, names: Iterable[str]) -> None:
        """`names` are candidates; the parser's own `names` are the columns of plain numbers among them."""
        limits = {name: schema.role(name).plain_number_limits() for name in names}
        plain = {name: pair for name, pair in limits.items() if pair is not None}
        self.names = tuple(plain)
        self._minimum = np.array([max(minimum, -_MAX_FLOAT) for minimum, _ in plain.values()])
        self._maximum = np.array([min(maximum, _MAX_FLOAT) for _, maximum in plain.values()])

    def parse(self, rows: Iterable[Sequence[Any]], row_count: int) -> NDArray[np.float64] | None:
        """The values [columns, rows] of raw rows; None where one is not a number within its limits."""
        flat = list(chain.from_iterable(rows))
        if not NUMBER_TYPES.issuperset(map(type, flat)):
            return None
        try:
            numbers = np.fromiter(flat, np.float64, len(flat)).reshape(row_count, len(self.names))
        except OverflowError:  # a whole number greater than every float
            return None
        within = (numbers >= self._minimum) & (numbers <= self._maximum)
        return np.ascontiguousarray(numbers.T) if within.all() else None


def _cached_parser(role: ColumnRole) -> Parser:
    """Validates every distinct value once."""
    cache, required = ColumnValueCache(role), role.is_required
    missing = role.missing_values(1)

    def parse(values: Sequence[Any]) -> Parsed:
        cached = cache.get_many(values)
        parsed = np.array([missing[0] if result is None else result[0] for result in cached], dtype=missing.dtype)
        handled = np.array([result is not None for result in cached], dtype=bool)
        if required:
            handled &= ~_is_missing(parsed)
        return parsed, None if handled.all() else handled

    return parse


def _is_missing(canonical: NDArray[Any]) -> NDArray[np.bool_]:
    if canonical.dtype.kind == "O":
        return np.array([value is None for value in canonical], dtype=bool)
    is_missing: NDArray[np.bool_] = np.isnat(canonical) if canonical.dtype.kind == "M" else np.isnan(canonical)
    return is_missing

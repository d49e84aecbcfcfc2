"""The order of rows: by their prediction points, or by the whole numbers of a table without times."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing import NO_TIME, BrokenRule, ColumnResult
from delay_core.schema import ShipmentSchema
from delay_core.violations import ViolationCode, format_value

MAX_ORDER_NUMBER = 10**15 - 1
"""The largest number of 15 digits; up to here, floats hold every whole number."""


def row_times(schema: ShipmentSchema, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.datetime64]:
    """The times [rows] by which rows are in order: their prediction points (UTC).

    In a table without times, a number n stands for n milliseconds after 1970: everything that compares times works
    with it, and `order_number` is the way back.
    """
    values = columns[schema.prediction_point.sort_column]
    if schema.prediction_point.order_by is None:
        return values.astype("datetime64[us]")
    known = _numbers(values)
    numbers = np.clip(np.nan_to_num(known), -MAX_ORDER_NUMBER, MAX_ORDER_NUMBER)
    return np.where(
        np.isnan(known), NO_TIME, numbers.astype(np.int64).astype("datetime64[ms]").astype("datetime64[us]")
    )


def order_number(time: np.datetime64) -> int:
    """The number of a row in a table without times."""
    return int(time.astype("datetime64[ms]").astype(np.int64))


def order_violations(schema: ShipmentSchema, results: Mapping[str, ColumnResult]) -> Iterator[tuple[str, BrokenRule]]:
    """The rule that a table without times is in the order of whole numbers, and the column that it is about."""
    name = schema.prediction_point.order_by
    if name is not None:
        values = results[name].canonical
        numbers = _numbers(values)
        broken = (numbers != np.round(numbers)) | (np.abs(numbers) > MAX_ORDER_NUMBER)
        rows = broken & ~np.isnan(numbers)
        yield name, BrokenRule(ViolationCode.NOT_WHOLE_NUMBER, rows, lambda row: {"value": _format(values[row])})


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers, or the numbers that texts hold [rows]; NaN where a value is missing, infinity where it is no number."""
    if values.dtype != object:
        return values.astype(np.float64)
    return np.array([np.nan if text is None else _read_whole_number(text) for text in values], dtype=np.float64)


def _read_whole_number(text: str) -> float:
    return float(text) if re.fullmatch("[0-9]{1,15}", text) else np.inf


def _format(value: object) -> str:
    return format_value(value) if isinstance(value, str) else f"{value:.15g}"

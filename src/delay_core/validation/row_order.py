"""The order of rows: by their prediction points, or by the whole numbers of a table without times."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing import NO_TIME, BrokenRule, ColumnResult
from delay_core.schema import ShipmentSchema
from delay_core.violations import ViolationCode

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
    numbers = np.clip(np.nan_to_num(values), -MAX_ORDER_NUMBER, MAX_ORDER_NUMBER)
    return np.where(
        np.isnan(values), NO_TIME, numbers.astype(np.int64).astype("datetime64[ms]").astype("datetime64[us]")
    )


def order_number(time: np.datetime64) -> int:
    """The number of a row in a table without times."""
    return int(time.astype("datetime64[ms]").astype(np.int64))


def order_violations(schema: ShipmentSchema, results: Mapping[str, ColumnResult]) -> Iterator[tuple[str, BrokenRule]]:
    """The rule that a table without times is in the order of whole numbers, and the column that it is about."""
    name = schema.prediction_point.order_by
    if name is not None:
        numbers = results[name].canonical.astype(np.float64)
        broken = (numbers != np.round(numbers)) | (np.abs(numbers) > MAX_ORDER_NUMBER)
        rows = broken & ~np.isnan(numbers)
        yield name, BrokenRule(ViolationCode.NOT_WHOLE_NUMBER, rows, lambda row: {"value": float(numbers[row])})

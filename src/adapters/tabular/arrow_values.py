"""Converting Arrow columns to Python objects."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

from delay_core.canonical_text import canonical_text

Values = NDArray[np.object_]

INT64_DIGITS = 18
"""The digits of a decimal integer that 64 bits can hold."""
MIN_TIME, END_TIME = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-31", "us")
"""Python's datetime can represent times in this range in any time zone; other times become text."""


def to_python_objects(column: pa.ChunkedArray) -> Values:
    """Text, numbers, booleans and datetimes (aware if the column has a time zone); None for missing values.

    Dates become midnights, decimals become floats, or integers if they have no decimal places. Times of day and
    durations, which are no dates, become text. Lists and mappings stay.
    """
    column = _to_basic_type(column)
    dtype = column.type
    if types.is_timestamp(dtype):
        values = _to_datetimes(column)
    elif types.is_integer(dtype) or types.is_floating(dtype):
        filled = column.fill_null(0) if types.is_integer(dtype) and column.null_count else column
        values = filled.to_numpy().astype(object)
    elif types.is_boolean(dtype) or _is_text(dtype):
        values = column.to_numpy().astype(object)
    else:
        values = np.empty(len(column), dtype=object)
        values[:] = _to_list(column)
    if column.null_count:
        values[column.is_null().to_numpy()] = None
    return values


def _to_list(column: pa.ChunkedArray) -> list[object]:
    dtype = column.type
    if types.is_decimal(dtype):
        return [None if value is None else int(value) for value in column.to_pylist()]
    if types.is_time64(dtype):
        column = column.cast(pa.time64("us"), safe=False)
    texts = types.is_time(dtype) or types.is_duration(dtype)
    return [canonical_text(value) if texts else value for value in column.to_pylist()]


def holds_text(dtype: pa.DataType) -> bool:
    """Whether a column of this type holds texts, perhaps in a dictionary."""
    return _is_text(dtype.value_type if types.is_dictionary(dtype) else dtype)


def _is_text(dtype: pa.DataType) -> bool:
    return bool(types.is_string(dtype) or types.is_large_string(dtype) or types.is_string_view(dtype))


def _to_basic_type(column: pa.ChunkedArray) -> pa.ChunkedArray:
    dtype = column.type
    if isinstance(dtype, pa.BaseExtensionType):
        return _to_basic_type(pa.chunked_array([chunk.storage for chunk in column.chunks], type=dtype.storage_type))
    if types.is_dictionary(dtype):
        chunks = [chunk.dictionary.take(chunk.indices) for chunk in column.chunks]
        return _to_basic_type(pa.chunked_array(chunks, type=dtype.value_type))
    if types.is_decimal(dtype):
        digits = dtype.precision - dtype.scale
        if dtype.scale <= 0 and digits > INT64_DIGITS:
            return column
        wide = column.cast(
            pa.decimal256(max(dtype.precision, INT64_DIGITS), dtype.scale)
        )  # narrow decimals lack some casts
        return wide.cast(pa.int64() if dtype.scale <= 0 else pa.float64())
    if types.is_date32(dtype):
        return column.cast(pa.timestamp("s"))
    return column.cast(pa.timestamp("ms")) if types.is_date64(dtype) else column


def _to_datetimes(column: pa.ChunkedArray) -> Values:
    moments = column.cast(pa.timestamp(column.type.unit)).to_numpy()
    if column.type.unit == "ns":
        moments = moments.astype("datetime64[us]")
    first, end = (bound.astype(moments.dtype) for bound in (MIN_TIME, END_TIME))
    out_of_range = ~np.isnat(moments) & ~((moments >= first) & (moments < end))
    micros = np.where(out_of_range, np.array("NaT", moments.dtype), moments).astype("datetime64[us]")
    zone = column.type.tz
    if zone is None:
        values: Values = micros.astype(object)
    else:
        values = pd.DatetimeIndex(micros).tz_localize("UTC").tz_convert(zone).to_pydatetime()
    values[out_of_range] = moments[out_of_range].astype(str)
    return values

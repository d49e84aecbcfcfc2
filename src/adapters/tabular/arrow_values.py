"""Arrow's columns as Python's own values."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

Values = NDArray[np.object_]

DIGITS = 18
"""What 64 bits hold of a whole decimal number."""
FIRST, BEHIND_LAST = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-31", "us")
"""The days between which Python's datetime holds a moment in any zone; a moment beyond them stays text."""


def objects(column: pa.ChunkedArray) -> Values:
    """Text, numbers, booleans and datetimes (aware where the column names a zone), None where nothing stands.

    Days become midnights, decimals numbers (whole ones where they have no places); lists and mappings stay.
    """
    column = _plain(column)
    kind = column.type
    if types.is_timestamp(kind):
        values = _moments(column)
    elif types.is_integer(kind) or types.is_floating(kind):
        filled = column.fill_null(0) if types.is_integer(kind) and column.null_count else column
        values = filled.to_numpy().astype(object)
    elif types.is_boolean(kind) or _is_text(kind):
        values = column.to_numpy().astype(object)
    else:
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
    if column.null_count:
        values[column.is_null().to_numpy()] = None
    return values


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(pa.chunked_array([chunk.storage for chunk in column.chunks], type=kind.storage_type))
    if types.is_dictionary(kind):
        chunks = [chunk.dictionary.take(chunk.indices) for chunk in column.chunks]
        return _plain(pa.chunked_array(chunks, type=kind.value_type))
    if types.is_decimal(kind):
        whole = kind.scale <= 0 and kind.precision - kind.scale <= DIGITS
        wide = column.cast(pa.decimal256(max(kind.precision, DIGITS), kind.scale))  # narrow ones have not every cast
        return wide.cast(pa.int64() if whole else pa.float64())
    if types.is_date32(kind):
        return column.cast(pa.timestamp("s"))
    return column.cast(pa.timestamp("ms")) if types.is_date64(kind) else column


def _moments(column: pa.ChunkedArray) -> Values:
    moments = column.cast(pa.timestamp(column.type.unit)).to_numpy()
    if column.type.unit == "ns":
        moments = moments.astype("datetime64[us]")
    first, behind_last = (bound.astype(moments.dtype) for bound in (FIRST, BEHIND_LAST))
    far = ~np.isnat(moments) & ~((moments >= first) & (moments < behind_last))
    micros = np.where(far, np.array("NaT", moments.dtype), moments).astype("datetime64[us]")
    zone = column.type.tz
    if zone is None:
        values: Values = micros.astype(object)
    else:
        values = pd.DatetimeIndex(micros).tz_localize("UTC").tz_convert(zone).to_pydatetime()
    values[far] = moments[far].astype(str)
    return values

"""Canonical columns as arrays: what an encoder reads, from a table of accepted shipments."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
"""Column → array [rows]: float64 with NaN, str or None, UTC datetime64."""


def columns_of(table: pd.DataFrame, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The named columns of a canonical table as arrays."""
    return {name: _array(table[name]) for name in names}


def _array(series: "pd.Series[Any]") -> NDArray[Any]:
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return np.asarray(series.dt.tz_convert("UTC").dt.tz_localize(None))
    if series.dtype.kind in "fM":
        return np.asarray(series)
    values = series.astype(object)
    return np.asarray(values.where(values.notna(), None), dtype=object)

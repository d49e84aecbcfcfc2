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
    return {name: array_of(table[name]) for name in names}


def array_of(series: "pd.Series[Any]") -> NDArray[Any]:
    """One canonical column; equal texts are one object, so that a long column costs a pointer a row."""
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return np.asarray(series.dt.tz_convert("UTC").dt.tz_localize(None))
    if series.dtype.kind in "fM":
        return np.asarray(series)
    if len(series) == 1:
        value = series.iloc[0]
        return np.array([value if isinstance(value, str) else None], dtype=object)
    codes, words = pd.factorize(series)
    known = np.array([*words, None], dtype=object)
    found: NDArray[np.object_] = known[codes]  # a missing value has the code -1: the last
    return found

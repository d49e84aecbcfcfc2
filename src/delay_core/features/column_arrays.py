"""Columns of a table of accepted shipments as the arrays that an encoder reads."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def to_arrays(table: pd.DataFrame, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The named columns of a canonical table as arrays [rows]."""
    return {name: to_array(table[name]) for name in names}


def to_array(series: "pd.Series[Any]") -> NDArray[Any]:
    """A canonical column [rows]: float64, UTC datetime64, or str and None.

    Equal texts are one object, so that a long column of texts costs one pointer per row.
    """
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return np.asarray(series.dt.tz_convert("UTC").dt.tz_localize(None))
    if series.dtype.kind in "fM":
        return np.asarray(series)
    if len(series) == 1:
        value = series.iloc[0]
        return np.array([value if isinstance(value, str) else None], dtype=object)
    codes, texts = pd.factorize(series)
    with_missing = np.array([*texts, None], dtype=object)
    values: NDArray[np.object_] = with_missing[codes]  # the code of a missing value is -1: the last entry
    return values


def to_table(columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """The canonical table of arrays [rows]: the inverse of `to_arrays`."""
    return pd.DataFrame(
        {
            name: pd.DatetimeIndex(values).tz_localize("UTC") if values.dtype.kind == "M" else values
            for name, values in columns.items()
        }
    )

"""Slices: which rows share a value of a categorical feature, where there are enough of them to say something."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from delay_core.schema import ShipmentSchema

FEWEST_ROWS = 50
"""A slice of fewer rows says nothing."""
FEWEST_GROUPS = 10
"""Where rows come in groups, what fewer groups say may be chance, however many their rows."""
MOST_VALUES = 20
"""Slices of a column, the largest first."""
MISSING = "(missing)"


class Part(NamedTuple):
    """The rows [rows of the slice], by their places, that have this value in this column."""

    column: str
    value: str
    rows: NDArray[np.int64]


def sliced_columns(schema: ShipmentSchema) -> tuple[str, ...]:
    """The columns that evaluation is sliced by: every categorical feature, personal data never."""
    return tuple(name for name, column in schema.features.items() if column.role == "categorical" and not column.pii)


def slices_of(columns: Mapping[str, NDArray[Any]], groups: NDArray[np.int64] | None = None) -> Iterator[Part]:
    """The slices of canonical columns [rows] of texts or None, column by column, the largest of each first.

    A slice has at least `FEWEST_ROWS` rows, of at least `FEWEST_GROUPS` groups where `groups` [rows] are given, and is
    not the whole table.
    """
    import pandas as pd  # noqa: PLC0415 - settings read the limits above, and need no tables

    for column, values in columns.items():
        codes, words = pd.factorize(values)
        codes = np.where(codes < 0, len(words), codes)
        names = [*map(str, words), MISSING]
        sizes = np.bincount(codes, minlength=len(names))
        by_code = np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1])
        largest = sorted(range(len(names)), key=lambda code: (-sizes[code], names[code]))
        enough = (code for code in largest if FEWEST_ROWS <= sizes[code] < len(codes))
        parts = (Part(column, names[code], by_code[code]) for code in enough)
        wide = (part for part in parts if groups is None or len(np.unique(groups[part.rows])) >= FEWEST_GROUPS)
        yield from (part for part, _ in zip(wide, range(MOST_VALUES), strict=False))

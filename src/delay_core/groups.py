"""Groups of rows that share values."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def group_codes(columns: Sequence["pd.Series[str]"]) -> NDArray[np.int64]:
    """The group of each row [rows]: the connected components of rows that share a value in any column.

    A missing value is shared with no other row.
    """
    groups, *others = (_codes(column) for column in columns)
    for other in others:
        groups = _connect(groups, other)
    return groups


def _codes(column: "pd.Series[str]") -> NDArray[np.int64]:
    """A code for each distinct value [rows], and one for each missing value."""
    codes, values = pd.factorize(column)
    missing = codes < 0
    return np.where(missing, len(values) + np.arange(len(codes)), codes).astype(np.int64)


def _connect(groups: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """The groups [rows] after joining those that have a code of `others` [rows] in common: union-find."""
    pairs = np.unique(np.column_stack([groups, others]), axis=0)
    parent = np.arange(int(groups.max()) + 1).tolist()

    def find(group: int) -> int:
        """The root of a group, with path halving."""
        while parent[group] != group:
            parent[group] = group = parent[parent[group]]
        return group

    first_group_of: dict[int, int] = {}
    for group, other in pairs.tolist():
        parent[find(group)] = find(first_group_of.setdefault(other, group))
    return np.array([find(group) for group in range(len(parent))], dtype=np.int64)[groups]

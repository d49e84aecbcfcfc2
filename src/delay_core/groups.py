"""Which rows belong together, by the values that they share."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def group_codes(columns: Sequence["pd.Series[str]"]) -> NDArray[np.int64]:
    """The group of each row [rows]: rows that share a value in any column are of one group, and so on from row to row.

    A missing value is shared with no other row.
    """
    first, *others = (_codes(column) for column in columns)
    for other in others:
        first = _joined(first, other)
    return first


def _codes(column: "pd.Series[str]") -> NDArray[np.int64]:
    codes, names = pd.factorize(column)
    alone = codes < 0
    return np.where(alone, len(names) + np.arange(len(codes)), codes).astype(np.int64)


def _joined(groups: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups, where those that meet in one of the others become one."""
    pairs = np.unique(np.column_stack([groups, others]), axis=0)
    leader = np.arange(int(groups.max()) + 1).tolist()

    def leading(group: int) -> int:
        while leader[group] != group:
            leader[group] = group = leader[leader[group]]
        return group

    met: dict[int, int] = {}
    for group, other in pairs.tolist():
        leader[leading(group)] = leading(met.setdefault(other, group))
    return np.array([leading(group) for group in range(len(leader))], dtype=np.int64)[groups]

"""Rows that depend on each other within groups, and how much less than independent ones they say."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
MAX_DENSE_PAIRS = 20
"""Possible pairs of a group and a key, for each row, up to which pairs are counted without being sorted."""


@dataclass(frozen=True, eq=False)
class GroupedRows:
    """The weight of each row [rows], which add up to 1, and the group of each [rows], from 0 to `groups` - 1.

    `are_independent` says that every row is a group of its own.
    """

    weights: Floats
    codes: NDArray[np.int64]
    groups: int

    @property
    def are_independent(self) -> bool:
        return self.groups == len(self.weights)

    @classmethod
    def of(cls, groups: NDArray[np.int64] | None, rows: int) -> Self:
        """Rows of equal weight in these groups; None: independent ones."""
        weights = np.full(rows, 1 / rows)
        if groups is None:
            return cls(weights, np.arange(rows), rows)
        distinct, codes = np.unique(groups, return_inverse=True)
        return cls(weights, codes, len(distinct))

    def weighted(self, weights: Floats) -> Self:
        """The same groups with other weights."""
        return type(self)(weights, self.codes, self.groups)

    @property
    def independent_variance(self) -> float:
        """The variance of the mean of independent rows of variance 1."""
        return float(np.sum(self.weights**2))

    @property
    def correction(self) -> float:
        """By how much the variance between groups is underestimated around their own mean."""
        return self.groups / max(self.groups - 1, 1)

    def sums(self, values: Floats) -> Floats:
        """The weighted sums of values [rows, …] over each group [groups, …]."""
        sums: Floats = self._by_group @ values.reshape(len(values), -1)
        return sums.reshape(self.groups, *values.shape[1:])

    def sum_of_squared_pairs(self, keys: NDArray[Any]) -> float:
        """The sum, over each group and each of its keys [rows], of the squared weight of its rows."""
        columns = int(keys.max()) + 1
        pairs = self.codes * columns + keys
        if self.groups * columns > MAX_DENSE_PAIRS * len(pairs):
            _, pairs = np.unique(pairs, return_inverse=True)
        return float(np.sum(np.bincount(pairs, self.weights) ** 2))

    @cached_property
    def _by_group(self) -> csr_array:
        """The weight of each row in its group [groups, rows]."""
        return csr_array((self.weights, (self.codes, np.arange(len(self.codes)))), (self.groups, len(self.codes)))

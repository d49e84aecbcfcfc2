"""A raw column by its distinct values: everything else is computed once per value, not once per row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

SAMPLE_SIZE = 400
"""Distinct values that are examined before a whole column is parsed."""


@dataclass(frozen=True)
class ValueCounts:
    """`distinct` [values]: the most frequent first; `counts` [values]: their rows.

    `codes` [rows]: the index of each row's value in `distinct`, -1 for none. `nested`: some values are lists or
    mappings; then all values are texts.
    """

    name: str
    distinct: NDArray[np.object_]
    counts: Integers
    codes: Integers
    nested: bool = False

    @property
    def rows(self) -> int:
        """The number of rows of the table."""
        return len(self.codes)

    @cached_property
    def texts(self) -> list[str]:
        """The distinct values as text."""
        return [str(value) for value in self.distinct]

    @cached_property
    def is_text(self) -> Mask:
        """Which of the distinct values are text."""
        return np.array([isinstance(value, str) for value in self.distinct], dtype=bool)

    def count_rows(self, mask: Mask) -> int:
        """The number of rows that have one of these distinct values."""
        return int(self.counts[mask].sum())

    def broadcast_to_rows(self, per_value: NDArray[Any], fill: object) -> NDArray[Any]:
        """An array [rows] from one with an element per distinct value; `fill` where a row has no value."""
        if not len(per_value):
            return np.full(self.rows, fill, dtype=per_value.dtype)
        return np.where(self.codes >= 0, per_value[self.codes], np.array(fill, dtype=per_value.dtype))


def count_values(name: str, values: NDArray[np.object_]) -> ValueCounts:
    """The distinct values of a raw column [rows]; None, NaN and NaT are not values."""
    nested = False
    try:
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
    except TypeError:  # lists and mappings have no hash
        nested = True
        texts = np.array([None if value is None else str(value) for value in values], dtype=object)
        codes, distinct = pd.factorize(texts, use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct)).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return ValueCounts(name, np.asarray(distinct, dtype=object)[order], counts[order], rank[codes], nested)


def count_pairs(one: Integers, other: Integers) -> int:
    """The number of distinct pairs of codes in two arrays [rows]."""
    return len(np.unique(one * (int(other.max(initial=0)) + 2) + other))


def sample_evenly(indices: Integers) -> Integers:
    """At most `SAMPLE_SIZE` of these indices, evenly spaced."""
    if len(indices) <= SAMPLE_SIZE:
        return indices
    sample: Integers = indices[np.linspace(0, len(indices) - 1, SAMPLE_SIZE).astype(np.int64)]
    return sample


def sample_texts(texts: Sequence[str]) -> list[str]:
    """At most `SAMPLE_SIZE` of these texts, evenly spaced."""
    return [texts[index] for index in sample_evenly(np.arange(len(texts)))]


def format_share(share: float) -> str:
    """A share of rows for a comment, in percent."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"

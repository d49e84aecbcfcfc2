"""A raw column by its distinct values: everything else is worked out once per value, not once per row."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

PROBE = 400
"""Distinct values that are looked at before a whole column is read."""


@dataclass(frozen=True)
class Profile:
    """`distinct`: the values, the most frequent first; `counts`: their rows; `codes` [rows]: which, -1 for none.

    `nested`: some are lists or mappings; then all are the text of what they were.
    """

    name: str
    distinct: NDArray[np.object_]
    counts: Counts
    codes: Counts
    nested: bool = False

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return len(self.codes)

    @cached_property
    def texts(self) -> list[str]:
        """The distinct values as text."""
        return [str(value) for value in self.distinct]

    @cached_property
    def is_text(self) -> Mask:
        """Which of the distinct values are text."""
        return np.array([isinstance(value, str) for value in self.distinct], dtype=bool)

    def of_rows(self, mask: Mask) -> int:
        """How many rows hold one of these distinct values."""
        return int(self.counts[mask].sum())

    def spread(self, of_distinct: NDArray[Any], nothing: object) -> NDArray[Any]:
        """Something known of each distinct value, for each row; `nothing` where a row has no value."""
        if not len(of_distinct):
            return np.full(self.rows, nothing, dtype=of_distinct.dtype)
        return np.where(self.codes >= 0, of_distinct[self.codes], np.array(nothing, dtype=of_distinct.dtype))


def profile(name: str, values: NDArray[np.object_]) -> Profile:
    """The column's profile; None, NaN and NaT are no values."""
    nested = False
    try:
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
    except TypeError:  # lists and mappings have no hash
        nested = True
        written = np.array([None if value is None else str(value) for value in values], dtype=object)
        codes, distinct = pd.factorize(written, use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct)).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    place[-1] = -1
    return Profile(name, np.asarray(distinct, dtype=object)[order], counts[order], place[codes], nested)


def probe(places: Counts) -> Counts:
    """Some of these places, from everywhere among them."""
    if len(places) <= PROBE:
        return places
    chosen: Counts = places[np.linspace(0, len(places) - 1, PROBE).astype(np.int64)]
    return chosen

"""Cells: the values of a column as whole numbers, by what the reference has, so that a window is a table of counts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MAX_NUMBER_CELLS = 200
"""A column with more distinct numbers is cut at this many quantiles: distances are exact to half a per cent."""

Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class NumberCells:
    """Half-open intervals of numbers: below the first of `cuts`, from each cut to the next, from the last one on.

    Without more than MAX_NUMBER_CELLS distinct numbers, each has a cell of its own. The last cut is just above the
    largest number of the reference.
    """

    cuts: NDArray[np.float64]

    @classmethod
    def fit(cls, values: NDArray[np.float64]) -> Self:
        """The cells of a reference [rows]; NaN is no value."""
        distinct = np.unique(values[~np.isnan(values)])
        if len(distinct) > MAX_NUMBER_CELLS:
            levels = np.linspace(0, 1, MAX_NUMBER_CELLS, endpoint=False)
            cuts = np.unique(np.quantile(values[~np.isnan(values)], levels, method="inverted_cdf"))
        else:
            cuts = distinct
        return cls(np.append(cuts, np.nextafter(distinct[-1:], np.inf)))

    @property
    def missing(self) -> int:
        """The code of a missing value, which is the largest."""
        return len(self.cuts) + 1

    def codes(self, values: NDArray[Any]) -> Codes:
        """The cell of each value [rows]."""
        codes: Codes = np.searchsorted(self.cuts, values, side="right")
        codes[np.isnan(values)] = self.missing
        return codes


@dataclass(frozen=True, eq=False)
class CategoryCells:
    """A cell for each category of the reference, one for all new ones."""

    categories: tuple[str, ...]

    @classmethod
    def fit(cls, values: NDArray[np.object_]) -> Self:
        """The cells of a reference [rows]; None is no value."""
        return cls(tuple(sorted({text for text in values if text is not None})))

    @property
    def new(self) -> int:
        """The code of a category that the reference does not have."""
        return len(self.categories)

    @property
    def missing(self) -> int:
        """The code of a missing value, which is the largest."""
        return len(self.categories) + 1

    def codes(self, values: NDArray[Any]) -> Codes:
        """The cell of each value [rows]."""
        numbers, texts = pd.factorize(values)
        by_text = np.array([*(self._codes.get(text, self.new) for text in texts), self.missing], dtype=np.intp)
        codes: Codes = by_text[numbers]  # the number of a missing value is -1: the last entry
        return codes

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {text: code for code, text in enumerate(self.categories)}

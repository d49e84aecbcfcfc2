"""Ordinal encoding of categories in lexical order; useful for codes whose beginnings carry meaning."""

from collections import Counter
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.canonical_text import add_canonical_keys
from delay_core.transformers.base import MIN_CATEGORY_ROWS, Columns, ColumnTransformer, Matrix
from delay_core.transformers.state_checks import Increasing

MAX_UNORDERED_CATEGORIES = 8
"""With more frequent categories, a tree gains from a feature that separates several of them with one split."""
UNKNOWN_CODE = -1


class OrdinalFeature(ColumnTransformer):
    """The rank of each frequent category in lexical order, from 0; -1 for any other value."""

    kind: Literal["alphabet"] = "alphabet"
    frequent: Annotated[tuple[str, ...], Increasing]

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_]) -> Self:
        """Count the categories among `values` [rows]; None is no category."""
        counts = Counter(values.tolist())
        del counts[None]
        return cls(column=column, frequent=tuple(sorted(name for name in counts if counts[name] >= MIN_CATEGORY_ROWS)))

    @property
    def is_useful(self) -> bool:
        """Whether there are so many frequent categories that their order helps a model."""
        return len(self.frequent) > MAX_UNORDERED_CATEGORIES

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.column}: place in the alphabet",)

    @cached_property
    def _codes(self) -> dict[str | None, int]:
        return add_canonical_keys({name: code for code, name in enumerate(self.frequent)})

    def encode(self, columns: Columns, out: Matrix) -> None:
        values, codes = columns[self.column], self._codes
        out[:, 0] = np.fromiter((codes.get(value, UNKNOWN_CODE) for value in values), np.float32, len(values))

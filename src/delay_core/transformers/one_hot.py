"""Categories as indicators."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import chain, repeat
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from delay_core.canonical_text import add_canonical_keys
from delay_core.transformers.base import MIN_CATEGORY_ROWS, Columns, ColumnTransformer, Matrix

MAX_ONE_HOT = 64
"""With more frequent categories, only the `TOP_CATEGORIES` most frequent have an indicator each."""
TOP_CATEGORIES = 32
MAX_VOCABULARY = 10_000
"""The most frequent categories that are stored; all others count as unseen, in training and in serving."""

Encode = Literal["auto", "indicators", "late_rate"]


class OneHotFeature(ColumnTransformer):
    """An indicator for each frequent category, one for all rare ones, one for unseen ones, one for missing values."""

    kind: Literal["categorical"] = "categorical"
    frequent: tuple[str, ...]
    rare: tuple[str, ...]
    indicator: bool
    target_encoded: bool = Field(default=False, alias="by_rate")
    """Whether a historical late rate accompanies the indicators, for the categories without one."""

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_], *, nullable: bool, encode: Encode = "auto") -> Self:
        """Count the categories among `values` [rows]; None is no category."""
        counts = Counter(values.tolist())
        del counts[None]
        vocabulary = sorted(counts, key=lambda name: (-counts[name], name))[:MAX_VOCABULARY]
        frequent = [name for name in vocabulary if counts[name] >= MIN_CATEGORY_ROWS]
        target_encoded = encode == "late_rate" or (encode == "auto" and len(frequent) > MAX_ONE_HOT)
        indicated = set(frequent[:TOP_CATEGORIES] if target_encoded else frequent)
        rare = tuple(sorted(name for name in vocabulary if name not in indicated))
        return cls(
            column=column,
            frequent=tuple(sorted(indicated)),
            rare=rare,
            indicator=nullable,
            target_encoded=target_encoded,
        )

    def keep_indicators(self, names: Set[str]) -> Self:
        """With indicators for these categories only, and a late rate for the others if there are any."""
        dropped = [name for name in self.frequent if name not in names]
        if not dropped:
            return self
        return type(self)(
            column=self.column,
            frequent=tuple(name for name in self.frequent if name in names),
            rare=tuple(sorted((*self.rare, *dropped))),
            indicator=self.indicator,
            target_encoded=True,
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        buckets = ("(rare)", "(unseen)", *(("(missing)",) if self.indicator else ()))
        return tuple(f"{self.column} = {name}" for name in (*self.frequent, *buckets))

    @cached_property
    def _positions(self) -> dict[str | None, int]:
        names = dict.fromkeys(self.rare, len(self.frequent)) | {name: i for i, name in enumerate(self.frequent)}
        return add_canonical_keys(names) | ({None: len(self.frequent) + 2} if self.indicator else {})

    @property
    def lookup(self) -> Callable[[Iterable[str | None]], Iterator[int]]:
        """Gives the position of each value's indicator among the features."""
        find, unseen = self._positions.get, len(self.frequent) + 1
        return lambda values: map(find, values, repeat(unseen))

    def encode(self, columns: Columns, out: Matrix) -> None:
        rows = len(out)
        out[np.arange(rows), np.fromiter(self.lookup(columns[self.column].tolist()), np.intp, rows)] = 1.0

    def unseen(self, values: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Whether each value [rows] is on no training row; False for a missing one."""
        positions = self._positions
        return np.array([value is not None and value not in positions for value in values], dtype=bool)


class OneHotBlock:
    """All categorical features of an encoder together: the same bits as one by one."""

    def __init__(self, positioned: Sequence[tuple[OneHotFeature, int]]) -> None:
        """`positioned` holds each feature with the position of its first column in the matrix."""
        self._lookups = [(feature.column, feature.lookup) for feature, _ in positioned]
        self._first = np.array([[position] for _, position in positioned], dtype=np.intp)

    def encode(self, columns: Columns, matrix: Matrix) -> None:
        """Write the features to their columns of the whole matrix [rows, features], which holds zeros."""
        rows = len(matrix)
        positions = chain.from_iterable(find(columns[column].tolist()) for column, find in self._lookups)
        indices = np.fromiter(positions, np.intp, rows * len(self._lookups)).reshape(-1, rows)
        indices += self._first
        matrix[np.arange(rows), indices] = 1.0

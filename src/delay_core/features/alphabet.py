"""Categories by their place in the alphabet: names that begin alike often are alike, as codes of places are."""

from collections import Counter
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.features.canonical import Columns
from delay_core.features.part import RARE_BELOW, ColumnPart, Matrix

MANY = 8
"""With more frequent categories than this, trees gain by splitting several off at once."""
ELSEWHERE = -1


class AlphabetFeature(ColumnPart):
    """The place of each frequent category among them, from 0; -1 for any other value."""

    kind: Literal["alphabet"] = "alphabet"
    frequent: tuple[str, ...]

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_]) -> Self:
        """Learn which categories there are; None is no category."""
        counts = Counter(values.tolist())
        del counts[None]
        return cls(column=column, frequent=tuple(sorted(name for name in counts if counts[name] >= RARE_BELOW)))

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.column}: place in the alphabet",)

    @cached_property
    def _places(self) -> dict[str | None, int]:
        return {name: at for at, name in enumerate(self.frequent)}

    def encode(self, columns: Columns, out: Matrix) -> None:
        values, places = columns[self.column], self._places
        out[:, 0] = np.fromiter((places.get(value, ELSEWHERE) for value in values), np.float32, len(values))

"""Categories as indicators."""

from collections import Counter
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.features.canonical import Columns
from delay_core.features.part import RARE_BELOW, ColumnPart, Matrix

MANY = 64
"""With more frequent categories than this, only the `SHOWN` most frequent have an indicator each."""
SHOWN = 32
Encode = Literal["auto", "indicators", "late_rate"]
KNOWN = 10_000
"""So many of the most frequent names are remembered; the others count as unseen, in training as in serving."""


class CategoricalFeature(ColumnPart):
    """Each frequent category, the other known ones together, and unseen ones in a bucket of their own."""

    kind: Literal["categorical"] = "categorical"
    frequent: tuple[str, ...]
    rare: tuple[str, ...]
    indicator: bool
    by_rate: bool = False
    """Whether the late rate so far stands beside the indicators, for the many that have none."""

    @classmethod
    def fit(cls, column: str, values: NDArray[np.object_], *, nullable: bool, encode: Encode = "auto") -> Self:
        """Learn which categories there are, and which are rare."""
        counts = Counter(values.tolist())
        del counts[None]
        known = sorted(counts, key=lambda name: (-counts[name], name))[:KNOWN]
        frequent = [name for name in known if counts[name] >= RARE_BELOW]
        by_rate = encode == "late_rate" or (encode == "auto" and len(frequent) > MANY)
        shown = set(frequent[:SHOWN] if by_rate else frequent)
        rare = tuple(sorted(name for name in known if name not in shown))
        return cls(column=column, frequent=tuple(sorted(shown)), rare=rare, indicator=nullable, by_rate=by_rate)

    @cached_property
    def names(self) -> tuple[str, ...]:
        buckets = ("(rare)", "(unseen)", *(("(missing)",) if self.indicator else ()))
        return tuple(f"{self.column} = {name}" for name in (*self.frequent, *buckets))

    @cached_property
    def _places(self) -> dict[str | None, int]:
        places: dict[str | None, int] = {name: at for at, name in enumerate(self.frequent)}
        places |= dict.fromkeys(self.rare, len(self.frequent))
        return places | ({None: len(self.frequent) + 2} if self.indicator else {})

    def encode(self, columns: Columns, out: Matrix) -> None:
        values = columns[self.column]
        places, unseen = self._places, len(self.frequent) + 1
        at = np.fromiter((places.get(value, unseen) for value in values), np.intp, len(values))
        out[np.arange(len(values)), at] = 1.0

    def unseen(self, values: NDArray[np.object_]) -> NDArray[np.bool_]:
        """True where the value was on no training row."""
        places = self._places
        return np.array([value is not None and value not in places for value in values], dtype=bool)

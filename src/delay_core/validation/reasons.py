"""Why rows of a chunk are refused."""

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from delay_core.validation.column_check import Problem
from delay_core.validation.parse import Mask

UNCUT = "row: cannot be cut into columns"


class Reasons:
    """Sentences by row, and for each broken rule how many rows broke it and what the first was told.

    A row that the schema excludes needs none; one that cannot be read has that one alone.
    """

    def __init__(self, excluded: Mask) -> None:
        self.of: defaultdict[int, list[str]] = defaultdict(list)
        self.broken: Counter[str] = Counter()
        self.examples: dict[str, tuple[int, str]] = {}
        self.spotless: Mask = ~excluded
        self._asked: Mask = ~excluded

    @property
    def rows(self) -> NDArray[np.int64]:
        """The refused rows, rising."""
        return np.array(sorted(self.of), dtype=np.int64)

    def unreadable(self, row: int, why: str) -> None:
        """The row could not be cut into columns: nothing else is asked of it."""
        self.of[row].append(why)
        self.broken[UNCUT] += 1
        self.examples.setdefault(UNCUT, (row, why))
        self.spotless[row] = self._asked[row] = False

    def add(self, problem: Problem) -> None:
        """Tell the problem of each of its rows."""
        rows = np.flatnonzero(problem.rows & self._asked)
        for row in rows.tolist():
            self.of[row].append(problem.sentence(row))
        if len(rows):
            self.examples.setdefault(problem.kind, (int(rows[0]), self.of[int(rows[0])][-1]))
            self.broken[problem.kind] += len(rows)
            self.spotless[rows] = False

"""Collects the violations of a chunk, row by row."""

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from delay_core.parsing import BrokenRule, Mask
from delay_core.violations import Rule, Violation, ViolationCode


class ViolationCollector:
    """The violations of each row of a chunk, how many rows break each rule, and the first violation of each rule.

    Rows that the schema excludes are not checked. Of a row that cannot be read, only that is reported.
    """

    def __init__(self, source_rows: NDArray[np.int64], excluded: Mask) -> None:
        """`source_rows` [rows] are the numbers by which violations name their rows."""
        self.by_row: defaultdict[int, list[Violation]] = defaultdict(list)
        self.counts: Counter[Rule] = Counter()
        self.first: dict[Rule, Violation] = {}
        self.valid: Mask = ~excluded
        self._checked: Mask = ~excluded
        self._source_rows = source_rows

    @property
    def rows(self) -> NDArray[np.int64]:
        """The positions of rows with violations, ascending."""
        return np.array(sorted(self.by_row), dtype=np.int64)

    @property
    def violations(self) -> list[Violation]:
        """All of them, in the order of the rows."""
        return [violation for row in sorted(self.by_row) for violation in self.by_row[row]]

    def add_unreadable(self, row: int, reason: str) -> None:
        """The row could not be cut into columns; nothing else of it is checked."""
        self._add(row, Violation(None, ViolationCode.UNREADABLE_ROW, {"reason": reason}, int(self._source_rows[row])))
        self.valid[row] = self._checked[row] = False

    def add(self, field: str, broken: BrokenRule) -> None:
        """The rows of a column that break a rule."""
        rows = np.flatnonzero(broken.rows & self._checked)
        for row in rows.tolist():
            self._add(row, Violation(field, broken.code, broken.params(row), int(self._source_rows[row])))
        self.valid[rows] = False

    def _add(self, row: int, violation: Violation) -> None:
        self.by_row[row].append(violation)
        self.counts[violation.rule] += 1
        self.first.setdefault(violation.rule, violation)

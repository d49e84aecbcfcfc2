"""Why an accepted row is in no split: the causes, their codes in the stored index, and how many rows each has."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LeftOutCause(StrEnum):
    """A row that several causes leave out counts for the first of them."""

    NO_OUTCOME = "no_outcome"
    AFTER_SNAPSHOT = "after_snapshot"
    UNKNOWN_AT_CUT = "unknown_at_cut"
    GROUP_SPANS_CUT = "group_spans_cut"

    @property
    def code(self) -> int:
        """Its code among those of the splits, which are not negative."""
        return _CODES[self]

    @property
    def description(self) -> str:
        """What is true of the rows, after their number."""
        return _DESCRIPTIONS[self]


_CODES = {
    LeftOutCause.UNKNOWN_AT_CUT: -1,
    LeftOutCause.NO_OUTCOME: -2,
    LeftOutCause.GROUP_SPANS_CUT: -3,
    LeftOutCause.AFTER_SNAPSHOT: -4,
}
_DESCRIPTIONS = {
    LeftOutCause.NO_OUTCOME: "have no outcome yet",
    LeftOutCause.AFTER_SNAPSHOT: "have an outcome that was known only after the snapshot",
    LeftOutCause.UNKNOWN_AT_CUT: "have an outcome that was not known when the test split begins (known_after)",
    LeftOutCause.GROUP_SPANS_CUT: "share their group with a row of the test split (group)",
}


def count_left_out(split: "NDArray[np.int8]") -> dict[LeftOutCause, int]:
    """The rows that each cause leaves out, by codes [rows]; causes without rows are absent."""
    rows = {cause: int((split == cause.code).sum()) for cause in LeftOutCause}
    return {cause: count for cause, count in rows.items() if count}


def describe_left_out(left_out: Mapping[LeftOutCause, int]) -> list[str]:
    """A phrase for each cause: `12 rows have no outcome yet`."""
    return [f"{rows:,} row{'s' * (rows != 1)} {cause.description}" for cause, rows in left_out.items()]

"""How far a window of served rows has moved from the reference."""

from dataclasses import dataclass
from enum import StrEnum


class ColumnStatus(StrEnum):
    """What the comparison of one column says, or why there is none."""

    STABLE = "stable"
    DRIFTED = "drifted"
    NOT_ENOUGH_DATA = "not enough data"
    ABSENT = "absent"
    ALL_MISSING = "all missing"
    WRONG_TYPE = "wrong type"
    """Texts in a numeric column, or numbers in a categorical one."""
    NEW = "new"
    """The reference has no values of it."""

    @property
    def is_drift(self) -> bool:
        """Whether it counts as drift: other values than the reference's, or none that can be used."""
        return self in (self.DRIFTED, self.ABSENT, self.ALL_MISSING, self.WRONG_TYPE)


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """One column of a window beside the reference. Numbers are None where the status gives none.

    `effect` is the distance that `method` names, from 0 (equal) to 1; `p_value` that of its test, `adjusted_p_value`
    over all columns of the window (Benjamini and Hochberg). Shares are of the rows, from 0 to 1.
    """

    column: str
    status: ColumnStatus
    rows: int
    method: str | None = None
    effect: float | None = None
    p_value: float | None = None
    adjusted_p_value: float | None = None
    missing_share: float | None = None
    reference_missing_share: float | None = None
    missing_p_value: float | None = None
    new_category_share: float | None = None
    new_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftResult:
    """All monitored columns of a window, those that moved most first, and its predictions.

    `dataset_share` is the share of columns with a result that drifted, `missing_share` that of empty cells; both are
    None without enough data.
    """

    rows: int
    columns: tuple[ColumnDrift, ...]
    prediction: ColumnDrift
    dataset_share: float | None
    missing_share: float | None

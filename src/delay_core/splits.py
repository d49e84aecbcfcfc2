"""Splits in time order: all training rows precede all validation rows, and those precede all test rows.

Models are selected on the validation rows, fold by fold, each fold predicted by models that are fitted on earlier rows
(`delay_core.training.folds`). The selected model is fitted on both splits and evaluated on the test rows, once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from delay_core.errors import TooFewOutcomes
from delay_core.left_out import LeftOutCause, count_left_out, describe_left_out

SPLITS = {"train": 0, "validation": 1, "test": 2}
"""The code of each split."""
MIN_LABELED_ROWS = 20


class SplitPolicy(BaseModel):
    """Shares of the labeled rows, in time order, at which validation and test start; and a limit on validation rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    validation_from: float = Field(default=0.425, gt=0, lt=1)
    test_from: float = Field(default=0.85, gt=0, lt=1)
    max_validation_rows: int = Field(default=100_000, ge=1)

    @model_validator(mode="after")
    def _check_order(self) -> "SplitPolicy":
        if self.validation_from >= self.test_from:
            raise ValueError("validation_from must be less than test_from")
        return self

    @property
    def content(self) -> dict[str, object]:
        """For digests. The keys never change: another key is another address of the same output."""
        return {
            "validation_from": self.validation_from,
            "test_from": self.test_from,
            "most_validation": self.max_validation_rows,
        }


@dataclass(frozen=True)
class SplitInputs:
    """What determines the split of each row; arrays of [rows] in any order.

    `times` are prediction points (UTC). `late` is NaN while the outcome is unknown, `known_at` (UTC) says since when it
    is known. Rows of equal `groups` belong together. An outcome that is known only after `snapshot` (UTC) is not used.
    """

    times: NDArray[np.datetime64]
    late: NDArray[np.float64]
    known_at: NDArray[np.datetime64]
    groups: NDArray[np.int64] | None = None
    snapshot: np.datetime64 | None = None


def split_by_time(rows: SplitInputs, policy: SplitPolicy) -> NDArray[np.int8]:
    """The code of each row's split [rows]: one of `SPLITS`, or that of a `LeftOutCause`.

    Rows of equal time are in the same split. Rows before the test split share no group with it, and their outcomes were
    known when it begins. Raises TooFewOutcomes if a split would be empty.
    """
    split = np.full(len(rows.times), LeftOutCause.NO_OUTCOME.code, dtype=np.int8)
    labeled = np.flatnonzero(~np.isnan(rows.late))
    if len(labeled) < MIN_LABELED_ROWS:
        raise TooFewOutcomes(
            f"{len(labeled)} shipments with an outcome are too few; at least {MIN_LABELED_ROWS} are needed"
        )
    order = labeled[np.argsort(rows.times[labeled], kind="stable")]
    times, known_at = rows.times[order], rows.known_at[order]
    test = int(len(order) * policy.test_from)
    validation = max(int(len(order) * policy.validation_from), test - policy.max_validation_rows)
    cuts = times[[validation, test]]
    codes = np.searchsorted(cuts, times, side="right").astype(np.int8)
    before_test = codes < SPLITS["test"]
    causes = {LeftOutCause.UNKNOWN_AT_CUT: before_test & (known_at > cuts[1])}
    if rows.snapshot is not None:
        causes[LeftOutCause.AFTER_SNAPSHOT] = known_at > rows.snapshot
    if rows.groups is not None:
        groups = rows.groups[order]
        causes[LeftOutCause.GROUP_SPANS_CUT] = before_test & np.isin(groups, groups[~before_test])
    for cause in reversed(LeftOutCause):
        codes[causes.get(cause, False)] = cause.code
    split[order] = codes
    for name, code in SPLITS.items():
        if not (split == code).any():
            reasons = "; ".join(describe_left_out(count_left_out(split[order])))
            raise TooFewOutcomes(
                f"the {name} split is empty: {reasons or 'too few distinct prediction points'}; known_after, snapshot "
                "and group of the schema decide about this"
            )
    return split

"""Time-ordered splits: every training row lies before every validation row, and those before every test row.

Models are chosen on the validation rows, block by block, each block by what was learned from the rows before it
(`delay_core.training.folds`). The chosen one learns from both parts and is tested on the test rows, once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from delay_core.errors import TrainingRefused

PARTS = {"train": 0, "validation": 1, "test": 2}
PURGED, OPEN = -1, -2
"""Rows in no part: outcome unknown at a cut, or group across one; and rows whose outcome is not known yet."""
MINIMUM_ROWS = 20


class SplitPolicy(BaseModel):
    """The shares of labelled rows, by time, at which validation and test begin; and the most rows of validation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    validation_from: float = Field(default=0.425, gt=0, lt=1)
    test_from: float = Field(default=0.85, gt=0, lt=1)
    most_validation: int = Field(default=100_000, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> "SplitPolicy":
        if self.validation_from >= self.test_from:
            raise ValueError("validation_from must lie before test_from")
        return self


@dataclass(frozen=True)
class Timeline:
    """What a split is made from, arrays of [rows] in any order.

    `times` are prediction points (UTC), `late` is NaN while the outcome is unknown, `known_at` says since when it is
    known, equal `groups` belong together. An outcome known only after `snapshot` is in no part.
    """

    times: NDArray[np.datetime64]
    late: NDArray[np.float64]
    known_at: NDArray[np.datetime64]
    groups: NDArray[np.int64] | None = None
    snapshot: np.datetime64 | None = None


def split_by_time(rows: Timeline, policy: SplitPolicy) -> NDArray[np.int8]:
    """The part of each row [rows]: one of `PARTS`, `PURGED` or `OPEN`.

    Equal times stay together. What is learned before the test may neither share a group with it nor have an outcome
    that was not known when it began. Raises TrainingRefused when a part would be empty.
    """
    part = np.full(len(rows.times), OPEN, dtype=np.int8)
    labelled = np.flatnonzero(~np.isnan(rows.late))
    if len(labelled) < MINIMUM_ROWS:
        raise TrainingRefused(
            f"{len(labelled)} shipments with an outcome are too few; at least {MINIMUM_ROWS} are needed"
        )
    order = labelled[np.argsort(rows.times[labelled], kind="stable")]
    ordered, known_at = rows.times[order], rows.known_at[order]
    test = int(len(order) * policy.test_from)
    validation = max(int(len(order) * policy.validation_from), test - policy.most_validation)
    cuts = ordered[[validation, test]]
    found = np.searchsorted(cuts, ordered, side="right").astype(np.int8)
    before = found < PARTS["test"]
    purged = before & (known_at > cuts[1])
    if rows.snapshot is not None:
        purged |= known_at > rows.snapshot
    if rows.groups is not None:
        groups = rows.groups[order]
        purged |= before & np.isin(groups, groups[~before])
    part[order] = np.where(purged, PURGED, found)
    for name, number in PARTS.items():
        if not (part == number).any():
            raise TrainingRefused(
                f"the {name} part is empty: too few distinct prediction points, outcomes known too late (known_after, "
                f"snapshot), or groups that span the cuts"
            )
    return part

"""Time-ordered splits: every training row lies before every validation row, and those before every test row."""

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
    """The shares of labelled rows, by time, at which validation and test begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    validation_from: float = Field(default=0.70, gt=0, lt=1)
    test_from: float = Field(default=0.85, gt=0, lt=1)

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

    Equal times stay together, a group stays in its latest part, and no part learns from an outcome that was not known
    when the next began. Raises TrainingRefused when a part would be empty.
    """
    part = np.full(len(rows.times), OPEN, dtype=np.int8)
    labelled = np.flatnonzero(~np.isnan(rows.late))
    if len(labelled) < MINIMUM_ROWS:
        raise TrainingRefused(
            f"{len(labelled)} shipments with an outcome are too few; at least {MINIMUM_ROWS} are needed"
        )
    order = labelled[np.argsort(rows.times[labelled], kind="stable")]
    ordered, known_at = rows.times[order], rows.known_at[order]
    cuts = [ordered[int(len(order) * share)] for share in (policy.validation_from, policy.test_from)]
    found = np.searchsorted(np.array(cuts), ordered, side="right").astype(np.int8)
    purged = np.zeros(len(order), dtype=bool) if rows.snapshot is None else known_at > rows.snapshot
    for number, cut in enumerate(cuts):
        purged |= (found == number) & (known_at > cut)
    if rows.groups is not None:
        purged |= found < _latest_part(rows.groups[order], found)
    part[order] = np.where(purged, PURGED, found)
    for name, number in PARTS.items():
        if not (part == number).any():
            raise TrainingRefused(
                f"the {name} part is empty: too few distinct prediction points, outcomes known too late (known_after, "
                f"snapshot), or groups that span the cuts"
            )
    return part


def _latest_part(groups: NDArray[np.int64], found: NDArray[np.int8]) -> NDArray[np.int8]:
    _, member = np.unique(groups, return_inverse=True)
    latest = np.zeros(member.max() + 1, dtype=np.int8)
    np.maximum.at(latest, member, found)
    return latest[member]

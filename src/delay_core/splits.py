"""Time-ordered splits: every training row lies before every validation row, and those before every test row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from delay_core.errors import TrainingRefused


class SplitPolicy(BaseModel):
    """The shares of labelled rows, by time, at which validation and test begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    validation_from: float = Field(default=0.70, gt=0, lt=1)
    test_from: float = Field(default=0.85, gt=0, lt=1)


@dataclass(frozen=True)
class Splits:
    """Row positions in time order. `purged` rows are in none: outcome unknown at a cut, or group across one."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    purged: int


def split_by_time(
    times: NDArray[np.datetime64], known_after: np.timedelta64, policy: SplitPolicy, groups: NDArray[np.object_] | None = None
) -> Splits:
    """Split labelled rows by their prediction point; equal times stay together, a group stays in its latest part.

    Raises TrainingRefused when a part would be empty.
    """
    order = np.argsort(times, kind="stable")
    if len(order) < 20:
        raise TrainingRefused(f"{len(order)} labelled shipments are too few to split; at least 20 are needed")
    ordered = times[order]
    cuts = [ordered[int(len(order) * share)] for share in (policy.validation_from, policy.test_from)]
    part = np.searchsorted(np.array(cuts), ordered, side="right")
    keep = np.ones(len(order), dtype=bool)
    for number, cut in enumerate(cuts):
        keep &= ~((part == number) & (ordered + known_after > cut))
    if groups is not None:
        _, member = np.unique(groups[order].astype(str), return_inverse=True)
        latest = np.zeros(member.max() + 1, dtype=np.int64)
        np.maximum.at(latest, member, part)
        keep &= part == latest[member]
    train, validation, test = (order[keep & (part == number)] for number in range(3))
    for name, rows in (("train", train), ("validation", validation), ("test", test)):
        if len(rows) == 0:
            raise TrainingRefused(f"the {name} part is empty: too few distinct prediction points, or outcomes known too late")
    return Splits(train, validation, test, int((~keep).sum()))

"""The part of a table that one run reads, by time."""

from datetime import UTC, datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, field_validator, model_validator


class DataInterval(BaseModel):
    """The moments from `since` on and before `until` (UTC); None is no limit.

    A table is read as it was known at `until`: later rows do not exist, and later outcomes are unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: datetime | None = None
    until: datetime | None = None

    @field_validator("since", "until")
    @classmethod
    def _to_utc(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone; write an offset, as in 2025-01-31T00:00:00Z")
        return None if moment is None else moment.astimezone(UTC)

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError(f"the interval ends at {self.until}, not after its start {self.since}")
        return self

    def __bool__(self) -> bool:
        """Whether it has a limit."""
        return self.since is not None or self.until is not None

    def __str__(self) -> str:
        """The interval in words."""
        since = None if self.since is None else f"from {self.since:%Y-%m-%d %H:%M} on"
        until = None if self.until is None else f"before {self.until:%Y-%m-%d %H:%M}"
        return f"{' and '.join(part for part in (since, until) if part)} (UTC)" if self else "at any time"

    @property
    def end(self) -> np.datetime64 | None:
        """`until` as times of tables are written."""
        return None if self.until is None else _to_numpy(self.until)

    def excludes(self, times: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which times (UTC) are outside; a missing time is not."""
        outside = np.zeros(len(times), dtype=bool)
        if self.since is not None:
            outside |= times < _to_numpy(self.since)
        if self.until is not None:
            outside |= times >= _to_numpy(self.until)
        return outside


WHOLE_TABLE = DataInterval()


def _to_numpy(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")

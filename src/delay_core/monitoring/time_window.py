"""A window of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """The moments from `start` on and before `end`; both UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Raise ValueError for times that are not UTC, and for a window that ends before it begins."""
        if any(time.utcoffset() != timedelta(0) for time in (self.start, self.end)):
            raise ValueError("start and end are UTC: use datetime.astimezone(UTC)")
        if self.end <= self.start:
            raise ValueError(f"the window ends at {self.end}, not after {self.start}")

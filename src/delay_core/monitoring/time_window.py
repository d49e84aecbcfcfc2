"""A window of time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def windows_between(since: datetime, until: datetime, length: timedelta) -> list[TimeWindow]:
    """The whole windows of this length from `since` on and not after `until`; both UTC.

    Windows are aligned to 1970, so that a window is the same one in every run.
    """
    first, end = -((EPOCH - since) // length), (until - EPOCH) // length
    return [TimeWindow(EPOCH + number * length, EPOCH + (number + 1) * length) for number in range(first, end)]

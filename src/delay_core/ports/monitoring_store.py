"""Monitoring figures over time: drift, data quality, performance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MonitoringMetrics:
    """The figures of one current window. `kind` is what they measure, such as drift or performance.

    Times are UTC; the window includes `window_start` and excludes `window_end`. `rows` is its number of predictions.
    Scores are shares and effect sizes, None if there are too few rows. `details` holds JSON values.
    """

    model_name: str
    model_version: int
    kind: str
    window_start: datetime
    window_end: datetime
    computed_at: datetime
    rows: int
    column_drift_score: float | None = None
    dataset_drift_score: float | None = None
    missing_values_share: float | None = None
    prediction_drift_score: float | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for times that are not UTC, and for a window that ends before it begins."""
        times = (self.window_start, self.window_end, self.computed_at)
        if any(time.utcoffset() != timedelta(0) for time in times):
            raise ValueError("window_start, window_end and computed_at are UTC: use datetime.astimezone(UTC)")
        if self.window_end <= self.window_start:
            raise ValueError(f"the window ends at {self.window_end}, not after {self.window_start}")


class MonitoringStore(Protocol):
    """Durable. All methods raise StoreError; after one, the call can be repeated without harm.

    Numbers that JSON does not have (NaN, infinities) are read back as None.
    """

    def record(self, metrics: MonitoringMetrics) -> None:
        """Store the figures. Of one model version, kind and window, only the record computed last is kept."""
        ...

    def series(
        self, model_name: str, kind: str, since: datetime, until: datetime, model_version: int | None = None
    ) -> list[MonitoringMetrics]:
        """Records whose window starts from `since` on and before `until`, by window, then by version."""
        ...

    def latest(self, model_name: str, kind: str) -> MonitoringMetrics | None:
        """The record of the latest window, of equal ones the one computed last; None if there is none."""
        ...

"""Everything that monitoring stores about one model version and one window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from delay_core.monitoring.drift_result import DriftResult
from delay_core.monitoring.monitoring_decision import MonitoringDecision
from delay_core.monitoring.performance_result import PerformanceResult


@dataclass(frozen=True, slots=True)
class WindowResult:
    """The decision of a window, and what it is based on.

    `as_of` (UTC) is the moment up to which outcomes are known to `performance`; drift and decision know those up to the
    end of the window. `drift` and `performance` are None if the version predicted nothing in the window. `rows` is how
    many predictions the window has; of a large one, a sample was measured. `state` holds JSON values that the window
    after this one continues from.
    """

    decision: MonitoringDecision
    schema_digest: str
    as_of: datetime
    rows: int
    drift: DriftResult | None = None
    performance: PerformanceResult | None = None
    state: Mapping[str, object] = field(default_factory=dict)

    @property
    def sampled_rows(self) -> int:
        """How many predictions were measured."""
        return 0 if self.drift is None else self.drift.rows

    def __post_init__(self) -> None:
        """Raise ValueError for a time that is not UTC."""
        if self.as_of.utcoffset() != timedelta(0):
            raise ValueError("as_of is UTC: use datetime.astimezone(UTC)")

"""What monitoring measures of a window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.drift_result import DriftResult
from delay_core.monitoring.performance import PerformanceEstimate
from delay_core.monitoring.performance_result import PerformanceResult
from delay_core.use_cases.monitored_versions import MonitoredVersion
from delay_core.use_cases.served_rows import ServedRows


class DriftMeasurement(Protocol):
    """Compares the rows of a window with the reference of their version."""

    def __call__(self, version: MonitoredVersion, rows: ServedRows) -> DriftResult: ...


class PerformanceMeasurement(Protocol):
    """Measures how good the predictions of a window were."""

    def estimate_inputs(self, version: MonitoredVersion, rows: ServedRows) -> str:
        """The digest of everything that the estimate depends on: with the same inputs, it is the same."""
        ...

    def __call__(
        self,
        version: MonitoredVersion,
        rows: ServedRows,
        cohort: Cohort,
        as_of: datetime,
        earlier: Sequence[PerformanceResult],
        estimate: PerformanceEstimate | None,
    ) -> PerformanceResult:
        """The performance as it is known at the moment (UTC).

        `earlier` are the results of the version's windows before, as far as the horizon reaches. `estimate` is that of
        these rows if it was made before.
        """
        ...

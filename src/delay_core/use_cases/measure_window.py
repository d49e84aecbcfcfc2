"""Measure one window of a version: its drift from the reference, and how good its predictions were."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.drift import DriftPolicy, WindowSample
from delay_core.monitoring.drift_result import DriftResult
from delay_core.monitoring.performance import (
    CovariateShift,
    PerformanceAssessment,
    PerformanceEstimate,
    PerformancePolicy,
    with_score,
)
from delay_core.monitoring.performance_result import PerformanceResult
from delay_core.ports.density_ratio import DensityRatio
from delay_core.ports.drift_detector import DriftDetector
from delay_core.use_cases.detect_drift import DetectDrift
from delay_core.use_cases.monitored_versions import MonitoredVersion
from delay_core.use_cases.served_rows import ServedRows
from delay_core.use_cases.stored_estimate import digest_estimate_inputs


@dataclass
class MeasureDrift:
    """Compares windows with the reference of their version, which is prepared once."""

    detector: DriftDetector
    policy: DriftPolicy
    _prepared: dict[str, DetectDrift] = field(default_factory=dict)

    def __call__(self, version: MonitoredVersion, rows: ServedRows) -> DriftResult:
        digest = version.bundle.digest
        if digest not in self._prepared:
            timezone = version.bundle.schema.source.timezone
            reference = replace(version.reference, probabilities=version.served_probabilities)
            self._prepared[digest] = DetectDrift(self.detector, reference, timezone, self.policy)
        points = None if version.reference.prediction_points is None else rows.point
        return self._prepared[digest](WindowSample(rows.columns, rows.probability, points, rows.group))


@dataclass(frozen=True)
class MeasurePerformance:
    """Figures of outcomes, and the estimate before they are known."""

    density_ratio: DensityRatio
    policy: PerformancePolicy

    def estimate_inputs(self, version: MonitoredVersion, rows: ServedRows) -> str:
        return digest_estimate_inputs(version, rows, self.policy)

    def __call__(
        self,
        version: MonitoredVersion,
        rows: ServedRows,
        cohort: Cohort,
        as_of: datetime,
        earlier: Sequence[PerformanceResult],
        estimate: PerformanceEstimate | None,
    ) -> PerformanceResult:
        schema = version.bundle.schema
        assess = PerformanceAssessment(schema.label, schema.costs, self.policy)
        categories = [name for name in version.reference.columns if schema.role(name).is_sliced]
        return assess(
            cohort,
            np.datetime64(as_of.replace(tzinfo=None)),
            self._shift(version, rows) if estimate is None else None,
            {name: rows.columns[name] for name in categories if name in rows.columns},
            earlier,
            estimate,
        )

    def _shift(self, version: MonitoredVersion, rows: ServedRows) -> CovariateShift | None:
        """The window beside the reference; None for a window that is too small for an estimate."""
        reference = version.reference
        columns = {name: rows.columns[name] for name in reference.columns if name in rows.columns}
        if len(rows) < self.policy.min_rows or not columns:
            return None
        shared = {name: reference.columns[name] for name in columns}
        ratios = self.density_ratio.estimate(
            with_score(shared, version.served_probabilities), with_score(columns, rows.probability)
        )
        return CovariateShift(replace(reference, columns=shared), columns, ratios.reference, ratios.window)

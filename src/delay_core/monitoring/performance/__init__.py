"""Performance of served predictions: realized, corrected for what is not known yet, and estimated before that."""

from delay_core.monitoring.performance.assessment import PerformanceAssessment, refute_estimate
from delay_core.monitoring.performance.estimated import (
    CovariateShift,
    NotEstimated,
    PerformanceEstimate,
    with_score,
)
from delay_core.monitoring.performance.figures import monitored_metrics
from delay_core.monitoring.performance.policy import PerformancePolicy

__all__ = [
    "CovariateShift",
    "NotEstimated",
    "PerformanceAssessment",
    "PerformanceEstimate",
    "PerformancePolicy",
    "monitored_metrics",
    "refute_estimate",
    "with_score",
]

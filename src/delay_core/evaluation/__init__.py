"""How good a model is: metrics with intervals, comparisons, slices, calibration error, coverage, savings.

A name loads its module when it is first used: commands that measure nothing start without metrics.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.evaluation.bootstrap import RESAMPLES, bootstrap_counts
    from delay_core.evaluation.calibration_error import CalibrationBins, calibration_bins, ece_noise_floor
    from delay_core.evaluation.comparison import BootstrapScorer, Comparison, MetricEstimates, compare
    from delay_core.evaluation.coverage import ConformalCoverage, conformal_coverage
    from delay_core.evaluation.estimate import Estimate, bonferroni_interval
    from delay_core.evaluation.intervals import percentile_estimate, wilson_bounds
    from delay_core.evaluation.metrics import METRICS, Metric, log_losses
    from delay_core.evaluation.ranked_rows import RankedRows, ResampledRows
    from delay_core.evaluation.savings import SavingsReport, cost_savings, realized_savings
    from delay_core.evaluation.slices import SliceResult, compare_slices, iter_slices, slice_columns

__all__ = [
    "METRICS",
    "RESAMPLES",
    "BootstrapScorer",
    "CalibrationBins",
    "Comparison",
    "ConformalCoverage",
    "Estimate",
    "Metric",
    "MetricEstimates",
    "RankedRows",
    "ResampledRows",
    "SavingsReport",
    "SliceResult",
    "bonferroni_interval",
    "bootstrap_counts",
    "calibration_bins",
    "compare",
    "compare_slices",
    "conformal_coverage",
    "cost_savings",
    "ece_noise_floor",
    "iter_slices",
    "log_losses",
    "percentile_estimate",
    "realized_savings",
    "slice_columns",
    "wilson_bounds",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "METRICS": "metrics",
        "RESAMPLES": "bootstrap",
        "BootstrapScorer": "comparison",
        "CalibrationBins": "calibration_error",
        "Comparison": "comparison",
        "ConformalCoverage": "coverage",
        "Estimate": "estimate",
        "Metric": "metrics",
        "MetricEstimates": "comparison",
        "RankedRows": "ranked_rows",
        "ResampledRows": "ranked_rows",
        "SavingsReport": "savings",
        "SliceResult": "slices",
        "bonferroni_interval": "estimate",
        "bootstrap_counts": "bootstrap",
        "calibration_bins": "calibration_error",
        "compare": "comparison",
        "compare_slices": "slices",
        "conformal_coverage": "coverage",
        "cost_savings": "savings",
        "ece_noise_floor": "calibration_error",
        "iter_slices": "slices",
        "log_losses": "metrics",
        "percentile_estimate": "intervals",
        "realized_savings": "savings",
        "slice_columns": "slices",
        "wilson_bounds": "intervals",
    },
)

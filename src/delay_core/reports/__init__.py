"""What each step found, as value objects: stored beside its output, printed, and given out as JSON."""

from delay_core.reports.found import CalibrationChoice, ConformalCoverage, Importance, SavingsReport, SliceResult, Trial
from delay_core.reports.ingested import IngestReport
from delay_core.reports.predicted import PredictReport, RankedShipment
from delay_core.reports.prepared import PreprocessReport, Window
from delay_core.reports.report import Report
from delay_core.reports.schema_check import ColumnCheck, RuleViolations, SchemaCheck
from delay_core.reports.trained import HoldoutMetrics, TrainReport
from delay_core.row_counts import RowCounts

__all__ = [
    "CalibrationChoice",
    "ColumnCheck",
    "ConformalCoverage",
    "HoldoutMetrics",
    "Importance",
    "IngestReport",
    "PredictReport",
    "PreprocessReport",
    "RankedShipment",
    "Report",
    "RowCounts",
    "RuleViolations",
    "SavingsReport",
    "SchemaCheck",
    "SliceResult",
    "TrainReport",
    "Trial",
    "Window",
]

"""Reports of the pipeline's steps: stored beside their output, shown by the CLI, given out as JSON."""

from delay_core.reports.base import Report
from delay_core.reports.schema_check import ColumnCheck, RuleViolations, SchemaCheck
from delay_core.reports.tables import (
    IngestReport,
    JoinCounts,
    PredictReport,
    PreprocessReport,
    RankedShipment,
    UnseenCategories,
    Window,
)
from delay_core.reports.training import CalibrationChoice, HoldoutMetrics, Importance, TrainReport, Trial
from delay_core.reports.training_result import TrainingResult
from delay_core.row_counts import RowCounts

__all__ = [
    "CalibrationChoice",
    "ColumnCheck",
    "HoldoutMetrics",
    "Importance",
    "IngestReport",
    "JoinCounts",
    "PredictReport",
    "PreprocessReport",
    "RankedShipment",
    "Report",
    "RowCounts",
    "RuleViolations",
    "SchemaCheck",
    "TrainReport",
    "TrainingResult",
    "Trial",
    "UnseenCategories",
    "Window",
]

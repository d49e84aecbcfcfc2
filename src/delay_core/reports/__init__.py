"""What each step found, as value objects: stored beside its output, printed, and given out as JSON."""

from delay_core.reports.found import CalibrationChoice, Importance, LabelSetFigures, Savings, Slice, Trial
from delay_core.reports.ingested import Ingested
from delay_core.reports.predicted import Predicted, Ranked
from delay_core.reports.prepared import Prepared, Window
from delay_core.reports.report import Report
from delay_core.reports.schema_check import ColumnCheck, RuleCount, SchemaCheck
from delay_core.reports.trained import TestFigures, Trained
from delay_core.row_counts import RowCounts

__all__ = [
    "CalibrationChoice",
    "ColumnCheck",
    "Importance",
    "Ingested",
    "LabelSetFigures",
    "Predicted",
    "Prepared",
    "Ranked",
    "Report",
    "RowCounts",
    "RuleCount",
    "Savings",
    "SchemaCheck",
    "Slice",
    "TestFigures",
    "Trained",
    "Trial",
    "Window",
]

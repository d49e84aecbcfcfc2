"""What each step found, as value objects: stored beside its output, printed, and given out as JSON."""

from delay_core.reports.found import CalibrationChoice, Importance, LabelSetFigures, Savings, Slice, Trial
from delay_core.reports.ingested import Ingested
from delay_core.reports.predicted import Predicted, Ranked
from delay_core.reports.prepared import Prepared, Window
from delay_core.reports.report import Report, RowCounts
from delay_core.reports.schema_check import BrokenRule, ColumnCheck, SchemaCheck
from delay_core.reports.trained import TestFigures, Trained

__all__ = [
    "BrokenRule",
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
    "Savings",
    "SchemaCheck",
    "Slice",
    "TestFigures",
    "Trained",
    "Trial",
    "Window",
]

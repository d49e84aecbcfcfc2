"""Reports of the pipeline's steps: stored beside their output, shown by the CLI, given out as JSON.

A name loads its module when it is first used: a command that trains nothing needs no metrics.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports
from delay_core.row_counts import RowCounts

if TYPE_CHECKING:
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
    from delay_core.reports.training import (
        RECENT_RATE,
        CalendarChoice,
        CalendarTrial,
        CalibrationChoice,
        HoldoutMetrics,
        Importance,
        RecentRate,
        TrainReport,
        Trial,
    )
    from delay_core.reports.training_result import TrainingResult

__all__ = [
    "RECENT_RATE",
    "CalendarChoice",
    "CalendarTrial",
    "CalibrationChoice",
    "ColumnCheck",
    "HoldoutMetrics",
    "Importance",
    "IngestReport",
    "JoinCounts",
    "PredictReport",
    "PreprocessReport",
    "RankedShipment",
    "RecentRate",
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

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "RECENT_RATE": "training",
        "CalendarChoice": "training",
        "CalendarTrial": "training",
        "CalibrationChoice": "training",
        "ColumnCheck": "schema_check",
        "HoldoutMetrics": "training",
        "Importance": "training",
        "IngestReport": "tables",
        "JoinCounts": "tables",
        "PredictReport": "tables",
        "PreprocessReport": "tables",
        "RankedShipment": "tables",
        "RecentRate": "training",
        "Report": "base",
        "RuleViolations": "schema_check",
        "SchemaCheck": "schema_check",
        "TrainReport": "training",
        "TrainingResult": "training_result",
        "Trial": "training",
        "UnseenCategories": "tables",
        "Window": "tables",
    },
)

"""Training, step by step: the leak check, folds and search, calibration, the final fit, the test, what moved it."""

from delay_core.training.choice import Choice, choose
from delay_core.training.explained import ExplainedRows, spread_rows
from delay_core.training.final import fit_final
from delay_core.training.folds import time_folds
from delay_core.training.leakage_check import MAX_LEAKAGE_ROWS, LeakageCheck, bucketed_categoricals
from delay_core.training.memo import Memo
from delay_core.training.packing import metrics_json
from delay_core.training.rows import RawRows, TrainingRows
from delay_core.training.search import Search, weighted_training_set
from delay_core.training.tested import ORACLE, Test, Tested

__all__ = [
    "MAX_LEAKAGE_ROWS",
    "ORACLE",
    "Choice",
    "ExplainedRows",
    "LeakageCheck",
    "Memo",
    "RawRows",
    "Search",
    "Test",
    "Tested",
    "TrainingRows",
    "bucketed_categoricals",
    "choose",
    "fit_final",
    "metrics_json",
    "spread_rows",
    "time_folds",
    "weighted_training_set",
]

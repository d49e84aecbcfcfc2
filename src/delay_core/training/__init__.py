"""Training, step by step: the leak check, folds and search, calibration, the final fit, the test, what moved it."""

from delay_core.training.choice import Choice, choose
from delay_core.training.explained import ExplainedRows, spread_rows
from delay_core.training.final import fit_final
from delay_core.training.folds import time_folds
from delay_core.training.leak_check import MOST_ROWS, check_leakage, hidden_words
from delay_core.training.memo import Memo
from delay_core.training.packing import metrics_json
from delay_core.training.rows import RawRows, TrainingRows
from delay_core.training.search import Search, lesson
from delay_core.training.tested import ORACLE, Test, Tested

__all__ = [
    "MOST_ROWS",
    "ORACLE",
    "Choice",
    "ExplainedRows",
    "Memo",
    "RawRows",
    "Search",
    "Test",
    "Tested",
    "TrainingRows",
    "check_leakage",
    "choose",
    "fit_final",
    "hidden_words",
    "lesson",
    "metrics_json",
    "spread_rows",
    "time_folds",
]

"""Training, step by step: the leak check, folds and search, calibration, the test, the model card."""

from delay_core.training.choice import Choice, choose
from delay_core.training.folds import time_folds
from delay_core.training.leak_check import check_leakage
from delay_core.training.memo import Memo
from delay_core.training.rows import RawRows, TrainingRows
from delay_core.training.search import Search, lesson

__all__ = ["Choice", "Memo", "RawRows", "Search", "TrainingRows", "check_leakage", "choose", "lesson", "time_folds"]

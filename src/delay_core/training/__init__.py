"""Training, step by step: leakage check, folds and search, calibration, final fit, test, explanations."""

from delay_core.training.bundle_assembly import pack_bundle
from delay_core.training.datasets import EncodedDataset, RawDataset
from delay_core.training.explanations import HoldoutExplanations, evenly_spaced_rows
from delay_core.training.final_fit import FinalModel, fit_final
from delay_core.training.folds import time_folds
from delay_core.training.holdout import ORACLE, HoldoutEvaluation, HoldoutResult
from delay_core.training.leakage_check import MAX_LEAKAGE_ROWS, LeakageCheck, bucketed_categoricals
from delay_core.training.model_selection import SelectionResult, select_model
from delay_core.training.plots import draw_plots
from delay_core.training.search import Search
from delay_core.training.trial_cache import TrialCache

__all__ = [
    "MAX_LEAKAGE_ROWS",
    "ORACLE",
    "EncodedDataset",
    "FinalModel",
    "HoldoutEvaluation",
    "HoldoutExplanations",
    "HoldoutResult",
    "LeakageCheck",
    "RawDataset",
    "Search",
    "SelectionResult",
    "TrialCache",
    "bucketed_categoricals",
    "draw_plots",
    "evenly_spaced_rows",
    "fit_final",
    "pack_bundle",
    "select_model",
    "time_folds",
]

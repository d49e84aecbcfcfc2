"""Training, step by step: leakage check, folds and search, calibration, final fit, test, explanations.

A name loads its module when it is first used: a check of a schema needs the screening for leakage only.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.training.bundle_assembly import pack_bundle
    from delay_core.training.calendar_choice import choose_calendar
    from delay_core.training.datasets import EncodedDataset, RawDataset
    from delay_core.training.explanations import HoldoutExplanations, evenly_spaced_rows
    from delay_core.training.final_fit import FinalModel, fit_final
    from delay_core.training.folds import time_folds
    from delay_core.training.holdout import ORACLE, HoldoutEvaluation, HoldoutResult
    from delay_core.training.leakage_check import MAX_LEAKAGE_ROWS, LeakageCheck, bucketed_categoricals
    from delay_core.training.model_selection import SelectionResult, select_model
    from delay_core.training.plots import draw_plots
    from delay_core.training.recent_rate import recent_late_rates, recent_rate_keys
    from delay_core.training.reference import sample_reference
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
    "choose_calendar",
    "draw_plots",
    "evenly_spaced_rows",
    "fit_final",
    "pack_bundle",
    "recent_late_rates",
    "recent_rate_keys",
    "sample_reference",
    "select_model",
    "time_folds",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MAX_LEAKAGE_ROWS": "leakage_check",
        "ORACLE": "holdout",
        "EncodedDataset": "datasets",
        "FinalModel": "final_fit",
        "HoldoutEvaluation": "holdout",
        "HoldoutExplanations": "explanations",
        "HoldoutResult": "holdout",
        "LeakageCheck": "leakage_check",
        "RawDataset": "datasets",
        "Search": "search",
        "SelectionResult": "model_selection",
        "TrialCache": "trial_cache",
        "bucketed_categoricals": "leakage_check",
        "choose_calendar": "calendar_choice",
        "draw_plots": "plots",
        "evenly_spaced_rows": "explanations",
        "fit_final": "final_fit",
        "pack_bundle": "bundle_assembly",
        "recent_late_rates": "recent_rate",
        "recent_rate_keys": "recent_rate",
        "sample_reference": "reference",
        "select_model": "model_selection",
        "time_folds": "folds",
    },
)

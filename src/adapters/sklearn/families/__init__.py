"""Model families: one file each. A new family is one more file and one more entry in `FAMILIES`."""

from adapters.sklearn.families.baseline import Baseline
from adapters.sklearn.families.extra_trees import ExtraTrees
from adapters.sklearn.families.family import Family
from adapters.sklearn.families.hist_gradient_boosting import HistGradientBoosting
from adapters.sklearn.families.logistic_regression import LogisticRegression
from adapters.sklearn.families.random_forest import RandomForest

__all__ = ["BASELINE_FAMILY", "FAMILIES", "Family"]

FAMILIES: tuple[Family, ...] = (HistGradientBoosting(), RandomForest(), ExtraTrees(), LogisticRegression())
"""The families that a search tries, in this order."""

BASELINE_FAMILY = Baseline()

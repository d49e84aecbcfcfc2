"""Shapley values of tree ensembles, linear models and constants, in numpy: how much each feature moved a score."""

from delay_core.explanation.shap.leaf_conditions import TreeNodes
from delay_core.explanation.shap.linear_shap import ConstantExplainer, LinearExplainer
from delay_core.explanation.shap.tree_shap import TreeExplainer

__all__ = ["ConstantExplainer", "LinearExplainer", "TreeExplainer", "TreeNodes"]

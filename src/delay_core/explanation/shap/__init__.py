"""Shapley values in numpy, of trees, linear models, constants and averages: how much each feature moved a score."""

from delay_core.explanation.shap.average import AverageExplainer
from delay_core.explanation.shap.leaf_conditions import TreeNodes
from delay_core.explanation.shap.linear_shap import ConstantExplainer, LinearExplainer
from delay_core.explanation.shap.tree_shap import TreeExplainer

__all__ = ["AverageExplainer", "ConstantExplainer", "LinearExplainer", "TreeExplainer", "TreeNodes"]

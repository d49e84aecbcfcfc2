"""Evaluation: figures with their intervals, from one set of resamples shared by every model."""

from delay_core.evaluation.figures import FIGURES, Figure, Figures
from delay_core.evaluation.resampling import Comparison, evaluate

__all__ = ["FIGURES", "Comparison", "Figure", "Figures", "evaluate"]

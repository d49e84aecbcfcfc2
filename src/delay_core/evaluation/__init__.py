"""Evaluation: what a model scored, as value objects."""

from delay_core.evaluation.figures import FIGURES, Figure, Figures

__all__ = ["FIGURES", "Figure", "Figures"]

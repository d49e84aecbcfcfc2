"""Evaluation: what a model scored, as value objects."""

from delay_core.evaluation.figures import FIGURES, Estimate, MetricEstimates

__all__ = ["FIGURES", "Estimate", "MetricEstimates"]

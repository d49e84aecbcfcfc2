"""Plots with matplotlib, each drawn on its own canvas: no window, no global state."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("train"):
    from adapters.matplotlib.evaluation_plots import EvaluationPlots

__all__ = ["EvaluationPlots"]

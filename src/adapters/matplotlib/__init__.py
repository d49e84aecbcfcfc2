"""Pictures with matplotlib, drawn on canvases of their own: no window, no global state."""

from adapters.extras import extra

with extra("train"):
    from adapters.matplotlib.evaluation_plots import EvaluationPlots

__all__ = ["EvaluationPlots"]

"""Pictures with matplotlib, drawn on canvases of their own: no window, no global state."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("train"):
    from adapters.matplotlib.evaluation_plots import EvaluationPlots

__all__ = ["EvaluationPlots"]

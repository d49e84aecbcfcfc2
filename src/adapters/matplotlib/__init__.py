"""Pictures with matplotlib, drawn on canvases of their own: no window, no global state."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("train"):
    from adapters.matplotlib.pictures import Pictures

__all__ = ["Pictures"]

"""Pictures with matplotlib, drawn on canvases of their own: no window, no global state."""

from adapters.extras import extra

with extra("train"):
    from adapters.matplotlib.pictures import Pictures

__all__ = ["Pictures"]

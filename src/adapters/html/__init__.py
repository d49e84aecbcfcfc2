"""Pages for a browser, each a single file."""

from adapters.extras import extra

with extra("train"):
    from adapters.html.model_card_renderer import ModelCardRenderer

__all__ = ["ModelCardRenderer"]

"""Pages for a browser, each a single file."""

from adapters.extras import extra

with extra("train"):
    from adapters.html.card_page import CardPage

__all__ = ["CardPage"]

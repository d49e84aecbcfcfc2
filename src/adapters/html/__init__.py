"""Pages for a browser, each a single file."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("train"):
    from adapters.html.card_page import CardPage

__all__ = ["CardPage"]

"""A model card as a page for a browser."""

from collections.abc import Mapping
from typing import Protocol


class ModelCardRenderer(Protocol):
    """Makes one file of it that needs no network and no scripts."""

    def render(self, markdown: str, pictures: Mapping[str, bytes]) -> bytes:
        """HTML, UTF-8, with the pictures (file name → PNG) inside, in the order given. HTML in the Markdown is text."""
        ...

"""The model card as a page for a browser."""

from collections.abc import Sequence
from typing import Protocol

from delay_core.ports.plots import Plot


class ModelCardRenderer(Protocol):
    """Renders one file that needs neither network nor scripts."""

    def render(self, markdown: str, plots: Sequence[Plot]) -> bytes:
        """HTML in UTF-8 with the plots and their captions embedded in order. HTML in the Markdown is text."""
        ...

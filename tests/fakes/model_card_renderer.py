"""A page that is the Markdown itself, as text."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from delay_core.ports import model_card_renderer as port
from delay_core.ports.plots import Plot


class ModelCardRenderer(port.ModelCardRenderer):
    def render(self, markdown: str, plots: Sequence[Plot]) -> bytes:
        images = "".join(
            f'<img alt="{escape(plot.caption)}" src="data:image/png;base64,{b64encode(plot.png).decode()}">'
            for plot in plots
        )
        title = escape(next(iter(markdown.splitlines()), "").lstrip("# "))
        return f"<!DOCTYPE html><title>{title}</title><pre>{escape(markdown)}</pre>{images}".encode()

"""A page with the Markdown as text."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape

from delay_core.ports import model_card_renderer as port


class ModelCardRenderer(port.ModelCardRenderer):
    def render(self, markdown: str, pictures: Mapping[str, bytes]) -> bytes:
        images = "".join(
            f'<img alt="{escape(name)}" src="data:image/png;base64,{b64encode(picture).decode()}">'
            for name, picture in pictures.items()
        )
        title = escape(next(iter(markdown.splitlines()), "").lstrip("# "))
        return f"<!DOCTYPE html><title>{title}</title><pre>{escape(markdown)}</pre>{images}".encode()

"""The model card as one HTML file."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.html.markup import html_page
from delay_core.ports import model_card_renderer as port
from delay_core.ports.plots import Plot


class ModelCardRenderer(port.ModelCardRenderer):
    """CommonMark with tables, by markdown-it-py; a table of contents from the second-level headings."""

    def render(self, markdown: str, plots: Sequence[Plot]) -> bytes:
        parser = MarkdownIt("commonmark", {"html": False}).enable("table")
        tokens = parser.parse(markdown)
        links = list(_headings(tokens))
        body = parser.renderer.render(tokens, parser.options, {})
        title = next((token.content for token in _inline_after(tokens, "h1")), "Model card")
        figures = "".join(map(_figure, plots))
        if figures:
            figures = f'<h2 id="plots">Plots</h2><div class="plots">{figures}</div>'
            links.append(("plots", "Plots"))
        body = f"{_make_tables_scroll(body)}{figures}"
        return html_page(_unescape(title), ["page.css"], links, body)


def _inline_after(tokens: list[Token], tag: str) -> Iterator[Token]:
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == tag:
            yield token


def _headings(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """The anchor and the text of each section; the anchors are written into the tokens."""
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h2":
            anchor = re.sub(r"[^a-z0-9]+", "-", token.content.lower()).strip("-")
            before.attrSet("id", anchor)
            yield anchor, _unescape(token.content)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _make_tables_scroll(body: str) -> str:
    """A table that is wider than the screen scrolls alone, not with the page."""
    return body.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


def _figure(plot: Plot) -> str:
    caption, data = escape(plot.caption), b64encode(plot.png).decode()
    return (
        f'<figure><img alt="{caption}" src="data:image/png;base64,{data}"><figcaption>{caption}</figcaption></figure>'
    )

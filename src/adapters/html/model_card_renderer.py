"""The model card as one HTML file."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from delay_core.ports import model_card_renderer as port

CAPTIONS = {
    "calibration.png": "Calibration on the test rows: how often shipments of a probability were late",
    "roc.png": "ROC curves on the test rows",
    "precision_recall.png": "Precision and recall on the test rows",
    "importance.png": "How much each column moves a prediction, on average",
}
DEPENDENCE = "How the values of a column move predictions: each point a test shipment"


class ModelCardRenderer(port.ModelCardRenderer):
    """CommonMark with tables, by markdown-it-py; a table of contents from the second-level headings."""

    def render(self, markdown: str, pictures: Mapping[str, bytes]) -> bytes:
        reader = MarkdownIt("commonmark", {"html": False}).enable("table")
        tokens = reader.parse(markdown)
        contents = list(_headings(tokens))
        body = reader.renderer.render(tokens, reader.options, {})
        title = next((token.content for token in _inline_after(tokens, "h1")), "Model card")
        links = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for anchor, text in contents)
        figures = "".join(_figure(name, picture) for name, picture in pictures.items())
        shown = f'<h2 id="pictures">Pictures</h2><div class="pictures">{figures}</div>' if figures else ""
        links += '<li><a href="#pictures">Pictures</a></li>' if figures else ""
        style = files("adapters.html").joinpath("model_card.css").read_text(encoding="utf-8")
        page = (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(_plain(title))}</title><style>{style}</style></head>\n"
            f'<body><nav aria-label="Contents"><ul>{links}</ul></nav>\n'
            f"<main>{_scrollable(body)}{shown}</main></body></html>\n"
        )
        return page.encode()


def _inline_after(tokens: list[Token], tag: str) -> Iterator[Token]:
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == tag:
            yield token


def _headings(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Anchor and text of each section; the anchors are written into the tokens."""
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h2":
            anchor = re.sub(r"[^a-z0-9]+", "-", token.content.lower()).strip("-")
            before.attrSet("id", anchor)
            yield anchor, _plain(token.content)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _scrollable(body: str) -> str:
    """A table wider than the screen scrolls by itself, not the page."""
    return body.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


def _figure(name: str, picture: bytes) -> str:
    caption = escape(CAPTIONS.get(name, DEPENDENCE))
    data = b64encode(picture).decode()
    return (
        f'<figure><img alt="{caption}" src="data:image/png;base64,{data}"><figcaption>{caption}</figcaption></figure>'
    )

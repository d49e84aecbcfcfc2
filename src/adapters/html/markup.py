"""Pieces of pages; every function takes text and returns HTML in which it is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is ready to be put into a page."""

    html: str


Cell = str | Markup


def to_html(cell: Cell) -> str:
    """The HTML of a text or of markup."""
    return cell.html if isinstance(cell, Markup) else escape(cell)


def html_page(title: str, styles: Iterable[str], links: Iterable[tuple[str, str]], body: str) -> bytes:
    """A page with these style sheets of this package, links (anchor, text) to its sections, and this body."""
    style = "".join(files("adapters.html").joinpath(name).read_text(encoding="utf-8") for name in styles)
    contents = "".join(f'<li><a href="#{escape(anchor)}">{escape(text)}</a></li>' for anchor, text in links)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>\n"
        f'<body><nav aria-label="Contents"><ul>{contents}</ul></nav>\n<main>{body}</main></body></html>\n'
    ).encode()


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table that scrolls alone if it is wider than the screen."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{to_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def paragraph(text: str, style: str = "") -> str:
    """A paragraph; `style` is a class."""
    return f'<p class="{escape(style)}">{escape(text)}</p>' if style else f"<p>{escape(text)}</p>"


def section(anchor: str, heading: str, *parts: str) -> str:
    """A heading with an anchor, and what follows."""
    return f'<h2 id="{escape(anchor)}">{escape(heading)}</h2>{"".join(parts)}'

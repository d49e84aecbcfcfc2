"""Data as text where Streamlit reads Markdown: ids, notes and category names are shown as they are.

Also used for every sentence of the API, which may repeat data.
"""

import re
from string import punctuation

_MARK = re.compile(rf"(?P<read>:(?=//|streamlit:)|@|(?<=www)\.)|[{re.escape(punctuation)}]", re.IGNORECASE)
"""`read`: marks of addresses and of an icon, which Streamlit looks for in the text that it has read from Markdown."""
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Controls, and characters that change the direction of the text after them."""
_HARMLESS_LABEL = re.compile(r"[^\W\d_][\w ()/%°,]*")
"""No mark of Markdown; an underscore at the edge of a word would be one."""
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
MAX_LENGTH = 200


def plain(text: object, max_length: int = MAX_LENGTH) -> str:
    """The text in one line, at most so long, as Markdown that shows its characters and nothing else.

    Copied from the page, it is the same text.
    """
    return _MARK.sub(_escape, shorten(text, max_length))


def _escape(mark: re.Match[str]) -> str:
    """The mark as an element of its own where the text around it would make an address of it."""
    return rf":small[\{mark[0]}]" if mark["read"] else rf"\{mark[0]}"


def plain_label(text: str) -> str:
    """The label of an input as Markdown that shows its characters.

    A screen reader reads it with its escapes: a label without marks therefore has none.
    """
    is_harmless = _HARMLESS_LABEL.fullmatch(text) and not _EDGE_UNDERSCORE.search(text) and len(text) <= MAX_LENGTH
    return text if is_harmless else plain(text)


def shorten(text: object, max_length: int = MAX_LENGTH) -> str:
    """The text in one line without invisible characters; where it is longer, an ellipsis replaces the rest."""
    line = _INVISIBLE.sub("\ufffd", " ".join(str(text).split()))
    return line if len(line) <= max_length else f"{line[: max_length - 1]}…"

"""Data as text where Streamlit reads Markdown: ids, notes and category names are shown as they are.

Also used for every sentence of the API, which may repeat data.
"""

import re
from string import punctuation

_WORD_JOINER = "\u2060"
"""An invisible character that takes no space and allows no line break."""
_ESCAPED = re.compile(f"[{re.escape(punctuation)}]")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Controls, and characters that change the direction of the text after them."""
_REPLACED_IN_TEXT = re.compile("(:|@|www(?=\\.)|<(?=-)|-(?=[->])|[<>~](?==))", re.IGNORECASE)
"""Where Streamlit replaces emoji codes, arrows and addresses even in escaped text."""
_HARMLESS_LABEL = re.compile(r"[^\W\d_][\w ()/%°,]*")
"""No mark of Markdown; an underscore at the edge of a word would be one."""
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
MAX_LENGTH = 200


def plain(text: object, max_length: int = MAX_LENGTH) -> str:
    """The text in one line, at most so long, as Markdown that shows its characters and nothing else."""
    return _ESCAPED.sub(r"\\\g<0>", break_replacements(shorten(text, max_length)))


def break_replacements(text: str) -> str:
    """The text in which Streamlit replaces no emoji code, arrow or address; it may be Markdown."""
    return _REPLACED_IN_TEXT.sub(rf"\1{_WORD_JOINER}", text)


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

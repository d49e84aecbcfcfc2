"""The model card on a page of Streamlit. The card is Markdown; what comes from schemas and tables is escaped in it.

Streamlit's Markdown has more signs than those that are escaped: formulas, icons, arrows and addresses. Here they become
text. Streamlit shows HTML as text by itself.
"""

import re

_WORD_JOINER = "\u2060"
"""An invisible character that takes no space and allows no line break."""
_REPLACED = re.compile("(:(?=\\S)(?!\\d\\d(?!\\d))|@|www(?=\\.)|<(?=-)|-(?=[->])|[<>~](?==))", re.IGNORECASE)
"""Where Streamlit may replace emoji codes, arrows and addresses. Colons of prose and of times are not among them: who
copies or searches their text meets no joiner."""
_TABLE_RULE = re.compile(r"\|[\s:|-]+\|")
_HEADING = re.compile(r"^(#{1,4}) ")


def demote_headings(card: str) -> str:
    """The card with its headings two levels lower, for a page that has headings of its own."""
    return "\n".join(line if _TABLE_RULE.fullmatch(line) else _to_text(line) for line in card.splitlines())


def _to_text(line: str) -> str:
    return _HEADING.sub(r"##\1 ", _REPLACED.sub(rf"\1{_WORD_JOINER}", line.replace("$", r"\$")))

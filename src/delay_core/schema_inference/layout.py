"""Lines with comments beside them, aligned where they fit, above where they do not."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 118
_ALIGNED = 56


@dataclass(frozen=True)
class Line:
    """A line of YAML with its indentation, and a comment on it."""

    text: str
    comment: str = ""


def laid_out(lines: Sequence[Line]) -> list[str]:
    """The lines, comments beside them in one column."""
    beside = [len(line.text) for line in lines if line.comment and len(line.text) <= _ALIGNED]
    column = max(beside, default=0) + 2
    return [written for line in lines for written in _one(line, column)]


def _one(line: Line, column: int) -> list[str]:
    if not line.comment:
        return [line.text]
    start = max(column, len(line.text) + 2)
    if start + 2 + len(line.comment) <= WIDTH:
        return [f"{line.text.ljust(start)}# {line.comment}"]
    return [*comment(line.comment, len(line.text) - len(line.text.lstrip())), line.text]


def comment(text: str, indent: int = 0, hang: int = 0) -> list[str]:
    """A comment by itself, wrapped."""
    first, more = " " * indent + "# ", " " * indent + "# " + " " * hang
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=more, break_long_words=False, break_on_hyphens=False
    )

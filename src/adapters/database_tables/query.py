"""Queries that users write: one SELECT each. That nothing is written is ensured by the database, not here."""

import re
from pathlib import Path

from delay_core.errors import SourceError

_PARTS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/|;""",
    re.DOTALL,
)
"""Texts, quoted names and comments, which may contain semicolons; and the semicolons between statements."""
_READS = ("select", "with", "values", "table")


def read_query(path: str) -> str:
    """The text of a file. Raises SourceError."""
    try:
        return Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}; query_file is the path of a file with one SELECT") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def parse_query(text: str, origin: str) -> str:
    """The query without a semicolon at its end; `origin` is its name for errors.

    Raises SourceError if the text is no SELECT, or contains several statements.
    """
    ends = [match.start() for match in _PARTS.finditer(text) if match[0] == ";"]
    end = ends[0] if ends else len(text)
    if _without_comments(text[end:]).strip("; \t\r\n"):
        raise SourceError(f"{origin}: several statements; write one SELECT, without a semicolon inside")
    word = re.match(r"[\s(]*(\w*)", _without_comments(text[:end]))
    first = word[1].lower() if word else ""
    if first not in _READS:
        problem = f"begins with {first.upper()[:20]!r}" if first else "is empty"
        raise SourceError(f"{origin}: the query {problem}; only a SELECT is run, because a source is never changed")
    return text[:end].strip()


def _without_comments(text: str) -> str:
    return _PARTS.sub(lambda match: " " if match[0][:2] in ("--", "/*") else match[0], text)

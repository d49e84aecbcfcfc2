"""Paths inside URLs: the only module that quotes and decodes them.

Whatever characters a path contains (`%`, `?`, `#`, a blank), a URL that is made here names that path and no other.
"""

from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

_FILE, _SQLITE = "file:", "sqlite:///"
_DECODED = ("%", "?")
"""Characters that SQLite URLs do not keep: `%` begins an escape, `?` the options."""


class InvalidFileUrl(ValueError):
    """A file:// URL that names no file of this machine."""


def path_of(url: str) -> Path:
    """The path of a file:// URL; any other text is a path itself. Raises InvalidFileUrl."""
    if not url.startswith(_FILE):
        return Path(url)
    text = url.removeprefix(_FILE)
    if text.startswith("//"):
        host, slash, path = text.removeprefix("//").partition("/")
        if host not in ("", "localhost") or not slash:
            raise InvalidFileUrl(f"{url} names no file of this machine; write a path, or file:///<absolute path>")
        text = f"/{path}"
    return _decode(text)


def sqlite_url(file: Path) -> str:
    """The URL of the SQLite database in the absolute path `file`, for SQLAlchemy and MLflow.

    A path with characters that have to be escaped has its slashes escaped, too: MLflow creates the parent folders of
    the path as the URL has it, which then are the root folder alone.
    """
    text = str(file)
    if any(character in text for character in _DECODED):
        text = f"/{quote(bytes(file)[1:], safe='')}"
    return f"{_SQLITE}{text}"


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL without its options; None for a URL of another kind, and for one without a file."""
    if not url.startswith(_SQLITE):
        return None
    text = url.removeprefix(_SQLITE).partition("?")[0]
    return None if text in ("", ":memory:") else _decode(text)


def _decode(text: str) -> Path:
    return Path(unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape"))

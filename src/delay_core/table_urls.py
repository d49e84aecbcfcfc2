"""URLs of tables: the scheme, the name of the table, and the form without a password."""

import re
from pathlib import PurePath
from urllib.parse import parse_qs

HIDDEN = "***"

_SCHEME = re.compile(r"(file):|([a-zA-Z][a-zA-Z0-9+.-]*)://")
"""A path may contain colons, as in `2024-01-01 10:30.csv`."""
_OPTIONS = re.compile(r"\?(?=(?:table|query|query_file|host|ssl[a-z]+)=)")
"""Where the options of a database URL begin: a password that is not escaped may contain another question mark."""
_PASSWORD = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*://[^:/@?]*):(?:.*@|(?![0-9]+(?:/|$))[^/]*)", re.DOTALL)
_PASSWORD_OPTION = re.compile(r"([?&][a-z]*pass[a-z]*=)[^&]*", re.IGNORECASE)


def scheme(url: str) -> str:
    """The scheme in small letters; `file` for a path."""
    match = _SCHEME.match(url)
    return (match[1] or match[2]).lower() if match else "file"


def without_password(url: str) -> str:
    """The URL as messages and reports may show it. A password whose characters are not escaped is removed, too."""
    match = _OPTIONS.search(url)
    head, options = (url[: match.start()], url[match.start() :]) if match else (url, "")
    host = "@" if "@" in head else ""
    return _PASSWORD.sub(rf"\1:{HIDDEN}{host}", head) + _PASSWORD_OPTION.sub(rf"\1{HIDDEN}", options)


def table_name(url: str) -> str:
    """The name of the table: that of the file without its suffix, or the option `table` of a database URL."""
    head, _, options = url.partition("?") if scheme(url) != "file" else (url, "", "")
    tables = parse_qs(options).get("table")
    return tables[0].rpartition(".")[2] if tables else PurePath(head).stem

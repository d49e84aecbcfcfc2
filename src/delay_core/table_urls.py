"""URLs of tables: the scheme, the name of the table, the form without a password, and the URL of a related table."""

import posixpath
import re
from pathlib import PurePath, PurePosixPath
from urllib.parse import parse_qs, quote

HIDDEN = "***"
DATABASES = ("postgres", "postgresql", "sqlite")
"""The schemes of databases."""

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


def related_url(url: str, reference: str) -> str:
    """The URL of another table: `reference` is a path or URL, relative to the table at `url`.

    In a database, a relative path is the name of another table of it. Relative to a simulated table, a path is that of
    a file in the working directory.
    """
    main = scheme(url)
    if scheme(reference) != "file" or reference.startswith(("/", "file:")) or main == "simulator":
        return reference
    if main in DATABASES:
        return _other_table(url, reference)
    if not url.startswith("file:") and main == "file":
        return str(PurePath(url).parent / reference)
    head, _, path = url.partition("://") if "://" in url else (url[:4], "", url[5:])
    is_dataset = main == "kaggle" and not PurePosixPath(path).suffix
    folder = path if is_dataset else path.rpartition("/")[0]
    name = quote(reference) if main in ("file", "kaggle") else reference
    separator = "://" if "://" in url else ":"
    return f"{head}{separator}{posixpath.normpath(f'{folder}/{name}')}"


def _other_table(url: str, name: str) -> str:
    match = _OPTIONS.search(url)
    database, options = (url[: match.start()], url[match.end() :]) if match else (url, "")
    kept = [option for option in options.split("&") if option.startswith(("host=", "ssl"))]
    return f"{database}?{'&'.join([*kept, f'table={quote(name)}'])}"

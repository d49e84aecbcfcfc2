"""The database, and the table or query in it, that a URL names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from sqlalchemy import URL

from adapters.database_tables.query import parse_query, read_query
from delay_core.errors import SourceError
from delay_core.file_urls import sqlite_path, sqlite_url
from delay_core.schema.base import closest_match
from delay_core.table_urls import without_password

POSTGRESQL, SQLITE = "postgresql", "sqlite"
CONTENTS = TABLE, QUERY, QUERY_FILE = "table", "query", "query_file"
OPTIONS = {
    POSTGRESQL: (*CONTENTS, "host", "sslmode", "sslrootcert", "sslcert", "sslkey"),
    SQLITE: CONTENTS,
}
"""The options of a URL; `host` is the folder of a socket."""

_URL = re.compile(r"[a-zA-Z]+://(?P<authority>[^/?]*)(?P<path>/[^?]*)?(?:\?(?P<options>.*))?", re.DOTALL)
_PORT = re.compile(r"(?P<host>\[[^]]*\]|[^:]*)(?::(?P<port>[0-9]{1,5}))?")
_NAME = r'"(?:[^"]|"")+"|[^".]+'
_TABLE_NAME = re.compile(rf"(?:(?P<schema>{_NAME})\.)?(?P<name>{_NAME})")
_AUTHORITY_FORM = (
    "the part before the database is not <role>:<password>@<host>:<port>; in a password, write / as %2F, ? as %3F, "
    "# as %23, @ as %40, : as %3A, % as %25"
)
_POSTGRESQL_FORM = "write postgresql://<role>@<host>:<port>/<database>?table=<schema>.<table>"
_SQLITE_FORM = "write sqlite:///<relative path>?table=<table>, or sqlite:////<absolute path>?table=<table>"


class TableName(NamedTuple):
    """A table, and its schema; without one, the database searches for the table."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        return ".".join(part for part in self if part)


@dataclass(frozen=True)
class DatabaseLocation:
    """A table or a query of a database. As text, it has no password."""

    url: URL
    database: str
    table: TableName | None
    query: str | None
    query_origin: str = QUERY

    @property
    def is_sqlite(self) -> bool:
        return self.url.drivername == SQLITE

    def __str__(self) -> str:
        return f"{self.database}, {f'table {self.table}' if self.table else self.query_origin}"


def parse_location(url: str) -> DatabaseLocation:
    """The location that the URL names. Raises SourceError that says how to write it."""
    redacted = without_password(url)
    match = _URL.fullmatch(url)
    kind = SQLITE if url.lower().startswith(SQLITE) else POSTGRESQL
    if match is None:
        raise SourceError(f"{redacted}: {_SQLITE_FORM if kind == SQLITE else _POSTGRESQL_FORM}")
    parse_database = _parse_sqlite if kind == SQLITE else _parse_postgresql
    database, name = parse_database(match, redacted)
    options = _parse_options(match["options"] or "", kind, redacted)
    connection = {option: value for option, value in options.items() if option not in CONTENTS}
    table, query, origin = _parse_content(options, name)
    return DatabaseLocation(database.update_query_dict(connection), name, table, query, origin)


def _parse_sqlite(match: re.Match[str], redacted: str) -> tuple[URL, str]:
    path = sqlite_path(match[0].partition("?")[0])
    if path is None:
        raise SourceError(f"{redacted} names no SQLite file; {_SQLITE_FORM}")
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "no such file"
        absolute = Path("/", path)
        known = absolute.is_file()
        hint = f"did you mean {absolute}, which is {sqlite_url(absolute)}?" if known else _SQLITE_FORM
        raise SourceError(f"{path}: {problem}; {hint}")
    return URL.create(SQLITE, database=str(path)), str(path)


def _parse_postgresql(match: re.Match[str], redacted: str) -> tuple[URL, str]:
    userinfo, _, server = match["authority"].rpartition("@")
    role, _, password = userinfo.partition(":")
    parsed = _PORT.fullmatch(server)
    if parsed is None or int(parsed["port"] or 1) not in range(1, 65_536):
        raise SourceError(f"{redacted}: {_AUTHORITY_FORM}")
    database = unquote(match["path"] or "").removeprefix("/")
    if not database:
        raise SourceError(f"{redacted} names no database; {_POSTGRESQL_FORM}")
    url = URL.create(
        "postgresql+psycopg",
        username=unquote(role) or None,
        password=unquote(password) or None,
        host=parsed["host"].strip("[]") or None,
        port=int(parsed["port"]) if parsed["port"] else None,
        database=database,
    )
    return url, f"postgresql://{server}/{database}"


def _parse_options(text: str, kind: str, redacted: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in OPTIONS[kind]:
            raise SourceError(f"{redacted}: {_unknown_option(name, kind)}")
        if name in options:
            raise SourceError(f"{redacted}: the option {name} is repeated; keep one")
        if not value.strip():
            raise SourceError(f"{redacted}: the option {name} is empty; write {name}=<value>, or remove it")
        options[name] = value
    contents = [name for name in CONTENTS if name in options]
    if len(contents) != 1:
        names = " and ".join(contents) or "none of them"
        raise SourceError(
            f"{redacted}: write exactly one of ?{TABLE}=<table>, ?{QUERY}=<SELECT, URL-encoded> and "
            f"?{QUERY_FILE}=<path of a file with a SELECT>; the URL has {names}"
        )
    return options


def _unknown_option(name: str, kind: str) -> str:
    if "@" in name:  # a part of a password
        return _AUTHORITY_FORM
    if "pass" in name:
        return "a password is no option; write <role>:<password>@<host>, or set PGPASSWORD, or use ~/.pgpass"
    match = closest_match(name, OPTIONS[kind])
    alternative = f"did you mean {match}?" if match else f"the options are {', '.join(OPTIONS[kind])}"
    return f"no option {name[:40]!r}; {alternative} Inside a value, write & as %26, + as %2B, % as %25"


def _parse_content(options: Mapping[str, str], database: str) -> tuple[TableName | None, str | None, str]:
    if TABLE in options:
        return _parse_table(options[TABLE], database), None, QUERY
    if QUERY in options:
        return None, parse_query(options[QUERY], f"{database}, {QUERY}"), QUERY
    path = options[QUERY_FILE]
    return None, parse_query(read_query(path), path), f"{QUERY} in {path}"


def _parse_table(text: str, database: str) -> TableName:
    match = _TABLE_NAME.fullmatch(text.strip())
    if match is None:
        raise SourceError(
            f"{database}: {text!r} is no name of a table; write <table> or <schema>.<table>, and a name that contains "
            'a dot or a quote in double quotes: "Orders 2.0"'
        )
    return TableName(_unquoted(match["schema"]), _unquoted(match["name"]) or "")


def _unquoted(name: str | None) -> str | None:
    return name[1:-1].replace('""', '"') if name and name.startswith('"') else name

"""Errors of databases as SourceErrors that say what to do. No message repeats a value of a table, or a password."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adapters.database_tables.location import DatabaseLocation
from delay_core.errors import SourceError, SourceUnavailable

_ONLY_READS = "the query changes data; a source is only read: write a SELECT without side effects"
_NOT_READ = "cannot be read (SQLSTATE {state})"
_NO_CONNECTION = (
    "no connection as the role {role}: {message}; is the server up, and are host, port, database, role and password "
    "right? The password may be in the URL, in PGPASSWORD, or in ~/.pgpass"
)
_BY_SQLSTATE = {
    "25006": _ONLY_READS,
    "0A000": "{message}; a source is only read: write a SELECT without side effects",
    "57014": "the database did not answer within {seconds} seconds; narrow the query, or add an index",
    "55P03": "another session locks the table; try again",
    "53300": "the server has no connection left; try again, or raise max_connections",
    "42501": "{message}; grant the role {role} SELECT on the table, and USAGE on its schema",
}
_BY_CLASS = {
    "42": "{message}; correct the query",  # the message quotes the query, and no value of a table
    "22": "a value cannot be converted (SQLSTATE {state}); correct the casts of the query",
    "08": _NO_CONNECTION,
    "28": _NO_CONNECTION,
    "3D": _NO_CONNECTION,
    "57": _NO_CONNECTION,
}
"""The first characters of an SQLSTATE → what to do. An error without SQLSTATE is one of the connection."""
_BY_SQLITE_NAME = {
    "SQLITE_READONLY": _ONLY_READS,
    "SQLITE_NOTADB": "the file is no SQLite database; name another one",
    "SQLITE_CORRUPT": "the file is damaged; restore a copy of it",
    "SQLITE_CANTOPEN": "the file cannot be opened; is it readable? A database in WAL mode needs a writable folder",
    "SQLITE_BUSY": "another process locks the file; try again",
    "SQLITE_LOCKED": "another process locks the file; try again",
}


@contextmanager
def translate_errors(location: DatabaseLocation, statement_seconds: int) -> Iterator[None]:
    """Raise errors of SQLAlchemy and of the drivers as SourceErrors."""
    try:
        yield
    except DBAPIError as error:
        kind = SourceUnavailable if _is_unavailable(location, error.orig) else SourceError
        raise kind(f"{location}: {_explain(location, error, statement_seconds)}") from None
    except SQLAlchemyError as error:
        raise SourceError(f"{location}: cannot be read ({type(error).__name__})") from None


def _is_unavailable(location: DatabaseLocation, original: BaseException | None) -> bool:
    """Whether the server does not respond, or another session is in the way: the same read may succeed later."""
    if location.is_sqlite:
        return str(getattr(original, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    state = getattr(original, "sqlstate", None)
    return not state or state.startswith(("08", "53", "55", "57"))


def _explain(location: DatabaseLocation, error: DBAPIError, statement_seconds: int) -> str:
    original = error.orig
    if location.is_sqlite:
        return _explain_sqlite(original)
    state = str(getattr(original, "sqlstate", None) or "")
    role = location.url.username or "of this process"
    if state in _BY_SQLSTATE:
        return _BY_SQLSTATE[state].format(
            seconds=statement_seconds, role=role, state=state, message=_server_message(original)
        )
    template = _BY_CLASS.get(state[:2], _NOT_READ) if state else _NO_CONNECTION
    return template.format(role=role, state=state, message=_server_message(original) or _one_line(original))


def _explain_sqlite(original: BaseException | None) -> str:
    name = str(getattr(original, "sqlite_errorname", ""))
    for prefix, explanation in _BY_SQLITE_NAME.items():
        if name.startswith(prefix):
            return explanation
    if name == "SQLITE_ERROR":  # the query itself: the message quotes nothing else
        return f"{_one_line(original)}; correct the query"
    return f"cannot be read ({name or type(original).__name__})"


def _server_message(original: BaseException | None) -> str:
    """The message of the server, and its hint."""
    diagnostics = getattr(original, "diag", None)
    parts = [getattr(diagnostics, name, None) for name in ("message_primary", "message_hint")]
    return "; ".join(part.rstrip(".") for part in parts if part)


def _one_line(original: BaseException | None) -> str:
    return " ".join(str(original).split())[:300]

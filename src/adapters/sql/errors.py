"""Error messages of databases, with hints that say what to do."""

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from delay_core.errors import MigrationRequired, StoreError, StoreUnreachable


@dataclass(frozen=True)
class Hint:
    """What the user can do about an error, and the error of the product that it becomes."""

    text: str
    error_type: type[StoreError] = StoreError


_MIGRATE = Hint("apply the database's migrations", MigrationRequired)
_UNAVAILABLE = Hint("is the server up, and are host, database, role and password right? The call can be repeated")
_UNREACHABLE = Hint(_UNAVAILABLE.text, StoreUnreachable)
_DISK_FULL = Hint("free some space on the database's disk; nothing of this was stored, and the call can be repeated")
_LOCKED = Hint("another session locks it; try again")

_BY_SQLSTATE = {
    "42P01": _MIGRATE,
    "42703": _MIGRATE,
    "42883": _MIGRATE,
    "3F000": _MIGRATE,
    "42501": Hint(
        "this role lacks the privilege: use the role that is meant for it, and apply the database's migrations "
        "as its owner, which grants privileges",
        MigrationRequired,
    ),
    "53100": _DISK_FULL,
    "53300": Hint("the server has no connection left: raise max_connections, or run fewer processes"),
    "55P03": _LOCKED,
    "57014": _LOCKED,
    "40P01": _LOCKED,
    "25006": Hint("this server is read-only: give the URL of the primary"),
}
_BY_SQLITE_NAME = {
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": Hint("make the file and its folder writable"),
    "SQLITE_CANTOPEN": Hint("make the folder writable, or name a file in another one"),
    "SQLITE_NOTADB": Hint("this file is no SQLite database; name another one"),
    "SQLITE_CORRUPT": Hint("the file is damaged; restore a copy of it"),
    "SQLITE_IOERR": Hint("is the disk full or failing? The call can be repeated"),
}


def find_hint(error: BaseException) -> Hint:
    """The hint for an error of SQLAlchemy or of a driver."""
    original = _driver_error(error)
    sqlite_name = str(getattr(original, "sqlite_errorname", ""))
    for prefix, hint in _BY_SQLITE_NAME.items():
        if sqlite_name.startswith(prefix):
            return hint
    if sqlite_name:
        return _MIGRATE
    connecting = getattr(original, "pgconn", None) is not None  # psycopg: "raised from a connection attempt"
    return _BY_SQLSTATE.get(str(getattr(original, "sqlstate", "")), _UNREACHABLE if connecting else _UNAVAILABLE)


def message(error: BaseException) -> str:
    """The driver's message on one line, without the statement."""
    return " ".join(str(_driver_error(error)).split())[:400]


def _driver_error(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error

"""What databases complain about, in words that say what to do."""

from sqlalchemy.exc import DBAPIError

_UPGRADE = "run `delay db upgrade`"
_AWAY = "is the server up, and are host, database, role and password right? What was told may be told again"
_FULL = "free some space on the database's disk; nothing of this was stored, and it may be told again"
_BUSY = "somebody else keeps it busy; try again"

_BY_SQLSTATE = {
    "42P01": _UPGRADE,
    "42703": _UPGRADE,
    "42883": _UPGRADE,
    "3F000": _UPGRADE,
    "42501": "this role lacks the right: use the role that is meant for it (infra/postgres/roles.sql), "
    f"and {_UPGRADE} as the database's owner, which grants rights",
    "53100": _FULL,
    "53300": "the server takes no more connections: raise max_connections, or run fewer processes",
    "55P03": _BUSY,
    "57014": _BUSY,
    "40P01": _BUSY,
    "25006": "this server only reads: give the URL of the primary",
}
_BY_SQLITE_NAME = {
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": "make the file and its folder writable",
    "SQLITE_CANTOPEN": "make the folder writable, or name a file in another one",
    "SQLITE_NOTADB": "this file is no SQLite database; name another one",
    "SQLITE_CORRUPT": "the file is damaged; bring back a copy of it",
    "SQLITE_IOERR": "is the disk full or failing? What was told may be told again",
}


def advice(error: BaseException) -> str:
    """What the user can do about this error of SQLAlchemy or of a driver."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    sqlite = str(getattr(original, "sqlite_errorname", ""))
    for name, words in _BY_SQLITE_NAME.items():
        if sqlite.startswith(name):
            return words
    if sqlite:
        return _UPGRADE
    return _BY_SQLSTATE.get(str(getattr(original, "sqlstate", "")), _AWAY)


def told(error: BaseException) -> str:
    """The error's own words, on one line, without the statement."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(original).split())[:400]

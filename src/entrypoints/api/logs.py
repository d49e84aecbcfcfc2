"""Logs for machines: one JSON object a line on standard error, of requests and of what the libraries say.

No line holds a body, a query string or a key: the path of a request is told as its endpoint's name.
"""

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import orjson

_SLOW = 1.0
"""Seconds from which an answered request is worth a line."""
_MORE = ("request_id", "client", "method", "path", "status", "seconds", "model_version", "schema_digest")
"""What a log call may tell beside its sentence, as `extra`."""
_TALKATIVE = "alembic"
_OF_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")

Write = Callable[[bytes], object]

_to_standard_error: Write = partial(os.write, 2)


class JsonFormatter(logging.Formatter):
    """A record of the standard library's logging as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
        }
        told |= {name: value for name in _MORE if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        if record.stack_info:
            told["stack"] = record.stack_info
        return _line(told).decode()


class AccessLog:
    """A line for each request that was refused, failed or took a second; for every one with `everything`.

    Written past the logging library, whose level it does not ask: a line costs a request a few microseconds.
    """

    def __init__(self, *, everything: bool, write: Write = _to_standard_error) -> None:
        """`write` takes a whole line, its end too."""
        self._everything = everything
        self._write = write

    def request(  # noqa: PLR0913 - what a line tells
        self,
        *,
        method: str,
        path: str,
        status: int,
        seconds: float,
        client: str,
        request_id: str,
        model_version: str | None,
        schema_digest: str | None,
    ) -> None:
        """Tell of one request. `path` is an endpoint's name, without what callers put into it."""
        if status < 400 and seconds < _SLOW and not self._everything:
            return
        level = logging.ERROR if status >= 500 else logging.WARNING if status >= 400 else logging.INFO
        told = {
            "time": datetime.now(UTC),
            "level": _LEVELS[level],
            "event": "request",
            "request_id": request_id,
            "client": client,
            "method": method,
            "path": path,
            "status": status,
            "seconds": round(seconds, 6),
            "model_version": model_version,
            "schema_digest": schema_digest,
        }
        self._write(_line(told) + b"\n")


_LEVELS = {logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error"}


def configure(level: str = "info") -> None:
    """Send what every library logs from this level on to standard error, the server's loggers too, as lines of JSON.

    The server's own access log stays silent: it would tell query strings. Raises ValueError for an unknown level.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger(_TALKATIVE).setLevel(logging.WARNING)
    for name in _OF_SERVERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"


def _line(told: dict[str, object]) -> bytes:
    """In ASCII where a half of a character stands in it, which UTF-8 cannot carry."""
    try:
        return orjson.dumps(told, default=str, option=orjson.OPT_UTC_Z)
    except TypeError:
        return json.dumps(told, default=str).encode()

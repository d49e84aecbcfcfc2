"""Logs for machines: structlog renders one JSON object per line on standard error.

Libraries and the product's own modules log through the standard library; `configure_logging` renders their records. The
access log writes its lines directly. No line holds a body, a query string or a key; the path of a request is the name
of its endpoint.
"""

import io
import json
import logging
import sys
from collections.abc import Callable
from typing import BinaryIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SLOW_REQUEST_SECONDS = 1.0
"""From this duration on, the access log has a line for a successful request too."""
_EXTRA_FIELDS = ("request_id", "client", "method", "path", "status", "seconds", "model_version", "schema_digest")
"""Fields that a log call may pass as `extra`."""
_NOISY_LOGGERS = ("alembic",)
_SERVER_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")

_add_time = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")


def configure_logging(level: str = "info") -> None:
    """Send the records of every library from this level on to standard error as JSON lines, uvicorn's included.

    uvicorn's own access log stays off because it would write query strings. Raises ValueError for an unknown level.
    """
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8")  # as the access log; another one would write escapes that JSON lacks
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SERVER_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"


def make_formatter() -> logging.Formatter:
    """Renders a record of the standard library as one line of JSON."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=_EXTRA_FIELDS),
            _add_time,
            structlog.processors.format_exc_info,
            _rename_stack_fields,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(_to_text, default=str),
        ],
    )


class AccessLog:
    """One line per request that failed, was refused or was slow; one per request with `log_all`."""

    def __init__(self, *, log_all: bool, file: BinaryIO | None = None) -> None:
        """`file` is standard error by default."""
        self._log_all = log_all
        self._logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
            structlog.BytesLogger(file or sys.stderr.buffer),
            processors=_ACCESS_PROCESSORS,
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )

    def log_request(  # noqa: PLR0913 - the fields of a line
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
        """Write a line if the request deserves one. `path` is the endpoint's name, without the caller's values."""
        if status < 400 and seconds < SLOW_REQUEST_SECONDS and not self._log_all:
            return
        level = logging.ERROR if status >= 500 else logging.WARNING if status >= 400 else logging.INFO
        self._logger.log(
            level,
            "request",
            request_id=request_id,
            client=client,
            method=method,
            path=path,
            status=status,
            seconds=round(seconds, 6),
            model_version=model_version,
            schema_digest=schema_digest,
        )


def _rename_stack_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for former, name in (("exception", "trace"), ("stack_info", "stack")):
        if former in event:
            event[name] = event.pop(former)
    return event


def _to_json(event: EventDict, default: Callable[[object], object]) -> bytes:
    """One line; in ASCII where a text holds half of a surrogate pair, which UTF-8 cannot represent."""
    try:
        return orjson.dumps(event, default=default)
    except TypeError:
        return json.dumps(event, default=default).encode()


def _to_text(event: EventDict, default: Callable[[object], object]) -> str:
    return _to_json(event, default).decode()


_ACCESS_PROCESSORS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    _add_time,
    structlog.processors.JSONRenderer(_to_json, default=str),
)

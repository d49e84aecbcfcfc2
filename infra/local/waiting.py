"""Waiting for other processes, and their ports."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

PAUSE_SECONDS = 0.02
"""The interval between two checks."""
LOG_LINES = 15
"""Lines of a log that an error shows."""

Value = TypeVar("Value")


def wait_until(
    condition: Callable[[], Value | None], seconds: float, failure: Callable[[], str] = lambda: "nothing changed"
) -> Value:
    """The first true value of the condition. Raises TimeoutError with the text of `failure` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s: {failure()}")
        time.sleep(PAUSE_SECONDS)
    return value


def free_port() -> int:
    """A free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def http_status(port: int, path: str, seconds: float = 5) -> int | None:
    """The status that a server of this machine answers; None if it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def http_json(port: int, path: str, seconds: float = 5) -> dict[str, Any] | None:
    """The JSON object that a server of this machine answers; None if it answers no object with status 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = json.loads(response.read()) if response.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return body if isinstance(body, dict) else None


def log_tail(log: Path, lines: int = LOG_LINES) -> str:
    """The last lines of a log; empty if there is no log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.is_file() else ""

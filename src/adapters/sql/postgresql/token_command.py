"""Passwords of short life, such as tokens of a cloud's identity service, from a command."""

import os
import subprocess
from threading import Lock
from time import monotonic

from sqlalchemy import URL

from delay_core.errors import StoreError

_COMMAND_SECONDS = 30


class TokenCommand:
    """Runs a shell command that prints the password of a database's role; several connections use the same password.

    The command reads the connection from the variables PGHOST, PGPORT, PGUSER and PGDATABASE. Its output is in no
    message. Safe to share between threads.
    """

    def __init__(self, command: str, lifetime_seconds: float) -> None:
        self._command = command
        self._lifetime_seconds = lifetime_seconds
        self._lock = Lock()
        self._tokens: dict[URL, tuple[float, str]] = {}

    def __call__(self, url: URL) -> str:
        """The password for a new connection. Raises StoreError."""
        with self._lock:
            expires_at, token = self._tokens.get(url, (0.0, ""))
            if monotonic() >= expires_at:
                token = self._run(url)
                self._tokens[url] = (monotonic() + self._lifetime_seconds, token)
            return token

    def _run(self, url: URL) -> str:
        variables = {
            "PGHOST": url.host or "localhost",
            "PGPORT": str(url.port or 5432),
            "PGUSER": url.username or "",
            "PGDATABASE": url.database or "",
        }
        try:
            result = subprocess.run(  # noqa: S603 - the administrator's command
                ["/bin/sh", "-c", self._command],
                env=os.environ | variables,
                capture_output=True,
                text=True,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._error(f"it did not end within {_COMMAND_SECONDS} seconds") from None
        if result.returncode != 0:
            last_line = (result.stderr.strip().splitlines() or ["no message"])[-1][:300]
            raise self._error(f"exit code {result.returncode}: {last_line}")
        if not result.stdout.strip():
            raise self._error("it printed nothing; it has to print the password")
        return result.stdout.strip()

    def _error(self, reason: str) -> StoreError:
        return StoreError(f"DELAY_DATABASE__TOKEN_COMMAND ({self._command.split()[0]} …): {reason}")

"""Psycopg's connection with a deadline for everything that it waits for; imported where PostgreSQL is used only."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import psycopg
from psycopg.abc import PQGen

_POLL_SECONDS = 0.1
"""Psycopg's own interval in which it looks for interrupts."""
T = TypeVar("T")


class DeadlineConnection(psycopg.Connection):
    """A timeout of the server alone does not help when the server or the network is silent."""

    _deadline: float | None = None

    @contextmanager
    def deadline(self, seconds: float | None) -> Iterator[None]:
        """Raise OperationalError if the statements of the block take longer; None: no limit."""
        self._deadline = None if seconds is None else monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = None

    def wait(self, gen: PQGen[T], interval: float = _POLL_SECONDS, timeout: float | None = None) -> T:
        """As psycopg's, within the deadline."""
        if self._deadline is not None:
            remaining = max(self._deadline - monotonic(), 0.0)
            timeout = remaining if timeout is None else min(timeout, remaining)
        return super().wait(gen, interval, timeout)

"""Logs with an outbox: the database is unavailable during every write, and has all rows when the write returns."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from adapters.outbox import Outbox
from delay_core.errors import StoreError


class Unavailable(StoreError):
    """The database of another writer has no connection at this moment."""


class InterruptibleLog:
    """A log whose methods raise StoreError while it is `down`."""

    def __init__(self, log: object) -> None:
        self._log = log
        self.down = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._log, name)

        def call(*arguments: object) -> Any:
            if self.down:
                raise Unavailable("is the server up?")
            return method(*arguments)

        return call


class DrainedLog:
    """Rows go through the outbox, which is drained before the call returns."""

    def __init__(self, outbox: Outbox, decorator: Callable[[Outbox, Any], object], inner: object) -> None:
        self._inner = InterruptibleLog(inner)
        self._outbox = outbox
        self._log = decorator(self._outbox, self._inner)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._log, name)
        return self._through_outbox(method) if name in ("append", "append_once") else method

    def _through_outbox(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: object) -> Any:
            self._inner.down = True
            try:
                return write(*arguments)
            finally:
                self._inner.down = False
                drain(self._outbox)

        return call


def drain(outbox: Outbox) -> None:
    """Deliver all pending rows, as the forwarder does; retry while another writer has no database."""
    for channel in outbox.channels:
        pending = True
        while pending:
            with suppress(Unavailable):
                pending = outbox.forwarder.flush_batch(channel)

"""A connection's transport that sends the head of a response together with the first part of its body.

uvicorn writes both one after the other, and uvloop sends each at once: two system calls, and a client that wakes up for
a head without a body. For a small response that takes longer than to score a shipment.
"""

import asyncio
from typing import Any

_STATUS_LINE = b"HTTP/1.1 "
_INTERIM = b"HTTP/1.1 1"
"""Begins a response that another one follows, such as 100 Continue: the client waits for it."""


class ResponseTransport:
    """Holds back a head until the next write, `flush` or `close`; in everything else, the transport it is made of."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send the data, after a head that was held back, unless they are a head themselves."""
        if self._head:
            data = self._head + data
            self._head = b""
        elif data.startswith(_STATUS_LINE) and not data.startswith(_INTERIM):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send a head that was held back: its response has no body."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        """Close the connection once everything is sent."""
        self.flush()
        self._transport.close()

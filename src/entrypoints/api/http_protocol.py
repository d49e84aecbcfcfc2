"""The HTTP protocol of a server process: uvicorn's, with a deadline for each request and one write for each response.

uvicorn limits the time between two requests of a connection only. A client that sends half a header and nothing more,
or a byte from time to time, would keep its connection for ever.
"""

import asyncio
from asyncio.events import TimerHandle
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from entrypoints.api.response_transport import ResponseTransport

DEADLINE_SECONDS = "deadline_seconds"
"""Key of the deadline in the state of the application's lifespan."""


class HttpProtocol(HttpToolsProtocol):
    """Closes the connection if a request has not arrived within the deadline and no response is being made.

    An endpoint that waits for a body has the same deadline of its own, and answers 408. A connection on which no
    request ever begins is closed like an idle one.
    """

    _is_arriving = False
    _timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._response_transport = ResponseTransport(transport)
        self.transport = cast("asyncio.Transport", self._response_transport)
        self._start_timer(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_arriving and self._timer is None:
            self._start_timer(self.app_state[DEADLINE_SECONDS])

    def on_message_begin(self) -> None:
        self._stop_timer()
        self._is_arriving = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._stop_timer()
        self._is_arriving = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._response_transport.flush()
        super().on_response_complete()

    def _start_timer(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._close_unless_responding)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close_unless_responding(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._start_timer(self.app_state[DEADLINE_SECONDS])
        else:
            self.transport.close()

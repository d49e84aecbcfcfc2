"""The time between SIGTERM and the end of a server, in which it answers although it is no longer ready.

A load balancer needs some seconds to notice that a replica stops, and sends requests until then. A server that closed
its port at once would refuse them.
"""

import asyncio
import logging
import signal
import threading
from types import FrameType

_LOG = logging.getLogger("delay.api")


class Drain:
    """Delays the stop that SIGTERM requests by `seconds`; the second SIGTERM stops at once, as SIGINT does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_active = False
        """Whether the server will stop: it is not ready, and closes connections after their next response."""

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take over SIGTERM from the server that runs in this thread; nothing in any other thread, or for 0 seconds."""
        if not self.seconds or threading.current_thread() is not threading.main_thread():
            return
        stop = signal.getsignal(signal.SIGTERM)
        if not callable(stop):
            return

        def begin(number: int, frame: FrameType | None) -> None:
            if self.is_active:
                stop(number, frame)
                return
            self.is_active = True
            _LOG.info("SIGTERM: the server answers for %g more seconds, not ready, then stops", self.seconds)
            loop.call_soon_threadsafe(loop.call_later, self.seconds, stop, number, None)

        signal.signal(signal.SIGTERM, begin)

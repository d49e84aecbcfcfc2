"""Work of requests beside predictions: off the event loop, bounded in number and time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from entrypoints.api.problems import Problem

MAX_WAITING = 32
"""Requests that may wait for the thread; further ones are refused."""
_RETRY_AFTER_1S = {"Retry-After": "1"}

Result = TypeVar("Result")


class BackgroundPool:
    """One thread: predictions and the event loop keep the other cores."""

    def __init__(self, deadline_seconds: float) -> None:
        """`deadline_seconds`: how long a request waits for its result."""
        self._deadline_seconds = deadline_seconds
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="planning")
        self._waiting = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of the work. Raises what the work raises, and Problem (503) if there is too much of it."""
        if self._waiting >= MAX_WAITING:
            raise Problem(503, "too many requests of this kind are waiting; retry", headers=_RETRY_AFTER_1S)
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        future.add_done_callback(self._finish)
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await future
        except TimeoutError:
            raise Problem(503, "the request took too long; retry", headers=_RETRY_AFTER_1S) from None

    def close(self) -> None:
        """Finish the work that was submitted."""
        self._pool.shutdown()

    def _finish(self, _: "asyncio.Future[Result]") -> None:
        self._waiting -= 1

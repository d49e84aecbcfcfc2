"""Answers that take long and change slowly: computed once for all requests, and again in the background."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi.concurrency import run_in_threadpool

_LOG = logging.getLogger("delay.api")
MAX_AGE_FACTOR = 10
"""A value that is older than this many lifetimes is not returned while a new one is computed."""
MAX_VALUES = 100

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class _CachedValue(Generic[Value]):
    value: Value
    computed_at: float


class CachedValues(Generic[Key, Value]):
    """Values by key. Used on the event loop; values are computed in the thread pool, one at a time for each key."""

    def __init__(self, lifetime_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._clock = clock
        self._values: dict[Key, _CachedValue[Value]] = {}
        self._running: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        """The value; an older one while a new one is computed. Raises what `compute` raises."""
        cached = self._values.get(key)
        age = float("inf") if cached is None else self._clock() - cached.computed_at
        if cached is not None and age < self._lifetime_seconds:
            return cached.value
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.ensure_future(self._compute(key, compute))
            task.add_done_callback(_log_error)
        if cached is not None and age < self._lifetime_seconds * MAX_AGE_FACTOR:
            return cached.value
        return await asyncio.shield(task)

    async def _compute(self, key: Key, compute: Callable[[], Value]) -> Value:
        try:
            value = await run_in_threadpool(compute)
            if len(self._values) >= MAX_VALUES:
                self._values.clear()
            self._values[key] = _CachedValue(value, self._clock())
            return value
        finally:
            del self._running[key]


def _log_error(task: "asyncio.Task[Value]") -> None:
    """Also marks the error as retrieved: no request waits for a computation in the background."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.warning("a cached answer was not computed again: %s", error)

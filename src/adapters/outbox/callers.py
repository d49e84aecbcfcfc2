"""Calls that are waited for only so long: one that hangs goes on in a thread of its own."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from delay_core.errors import StoreError

T = TypeVar("T")


class Callers:
    """Threads that make calls: as many as calls hang or are made at the same time; none keeps the process alive."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._idle: SimpleQueue[_Caller] = SimpleQueue()

    def call(self, work: Callable[[], T]) -> T:
        """What `work` gives, or raises. Raises StoreError when the time is over before that."""
        asked = _Call(work)
        try:
            caller = self._idle.get_nowait()
        except Empty:
            caller = _Caller(self._idle)
        caller.calls.put(asked.make)
        if not asked.done.acquire(timeout=self._seconds):
            raise StoreError(f"no answer from the database within {self._seconds} s")
        return asked.answer()


class _Call(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._given: list[T] = []
        self._error: BaseException | None = None
        self.done = Lock()
        self.done.acquire()

    def make(self) -> None:
        try:
            self._given.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where the call was asked for
            self._error = error
        finally:
            self.done.release()

    def answer(self) -> T:
        if self._error is not None:
            raise self._error
        return self._given[0]


class _Caller:
    def __init__(self, idle: "SimpleQueue[_Caller]") -> None:
        self.calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = idle
        Thread(target=self._make, name="journal-call", daemon=True).start()

    def _make(self) -> None:
        while True:
            self.calls.get()()
            self._idle.put(self)

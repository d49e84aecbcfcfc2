"""Tasks in threads, for libraries that release the interpreter lock while they compute."""

import ctypes
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import get_ident
from typing import Any, TypeVar

from delay_core.ports import worker_pool as port

T = TypeVar("T")


class TaskInterrupted(BaseException):
    """Raised in a task whose result is not needed any more."""


class WorkerPool(port.WorkerPool):
    """At most `workers` threads. With one worker, tasks run in the caller's thread."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def run(self, tasks: Iterable[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        if self._workers == 1:
            for number, task in enumerate(tasks):
                yield number, task()
            return
        running: set[int] = set()
        unfinished: dict[Future[T], int] = {}
        executor = ThreadPoolExecutor(self._workers, "worker")
        try:
            for number, task in enumerate(tasks):
                unfinished[executor.submit(_run, task, running)] = number
                if len(unfinished) == self._workers:
                    yield from _take_finished(unfinished)
            while unfinished:
                yield from _take_finished(unfinished)
        finally:
            _interrupt(running)
            executor.shutdown(cancel_futures=True)


def _run(task: Callable[[], T], running: set[int]) -> T:
    running.add(get_ident())
    try:
        return task()
    finally:
        running.discard(get_ident())


def _take_finished(unfinished: dict[Future[T], int]) -> Iterator[tuple[int, T]]:
    """Wait until a task has ended, and remove all that have."""
    finished, _ = wait(unfinished, return_when=FIRST_COMPLETED)
    yield from sorted((unfinished.pop(future), future.result()) for future in finished)


def _interrupt(threads: Iterable[int]) -> None:
    """Raise TaskInterrupted in these threads, at their next instruction of Python."""
    raise_in: Any = ctypes.pythonapi.PyThreadState_SetAsyncExc
    for thread in tuple(threads):
        raise_in(ctypes.c_ulong(thread), ctypes.py_object(TaskInterrupted))

"""A WorkerPool of one thread, in which later tasks end first."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from delay_core.ports import worker_pool as port

T = TypeVar("T")

WORKERS = 3


class WorkerPool(port.WorkerPool):
    """Takes as many tasks as it says it has workers, and runs the last of them first."""

    def run(self, tasks: Iterable[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        numbered = enumerate(tasks)
        while taken := list(islice(numbered, WORKERS)):
            for number, task in reversed(taken):
                yield number, task()

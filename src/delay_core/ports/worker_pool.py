"""Runs independent tasks, several of them at the same time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class WorkerPool(Protocol):
    """Workers that exist while `run` is used. How many there are changes no result."""

    def run(self, tasks: Iterable[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        """The number of each task, from 0, with its result, in the order in which the tasks end.

        A task is taken from the iterable, in the caller's thread, when a worker is free: what unfinished tasks refer
        to is bounded by the number of workers. The first error of a task is raised. After it, and when the iterator is
        closed or interrupted, no task begins, running ones are interrupted, and no worker is left.
        """
        ...

"""Every WorkerPool: each task runs once, errors end the others, and no worker is left."""

import signal
import threading
from functools import partial

import pytest

from fakes import worker_pool as fake
from support.lazy_module import LazyModule

threads = LazyModule("adapters.threads")


@pytest.fixture(params=["fake", "one thread", "three threads"])
def pool(request):
    before = set(threading.enumerate())
    yield fake.WorkerPool() if request.param == "fake" else threads.WorkerPool(1 if "one" in request.param else 3)
    assert set(threading.enumerate()) <= before  # threads of earlier tests may end meanwhile


def test_run__gives_each_result_with_the_number_of_its_task(pool):
    assert dict(pool.run(partial(pow, number, 2) for number in range(10))) == {n: n * n for n in range(10)}
    assert list(pool.run([])) == []


def test_run__takes_a_task_only_when_a_worker_is_free(pool):
    taken, ended = [], []

    def tasks():
        for number in range(20):
            taken.append(number)
            assert len(taken) - len(ended) <= 3 + 1
            yield partial(ended.append, number)

    list(pool.run(tasks()))

    assert sorted(ended) == taken == list(range(20))


def test_run__raises_the_error_of_a_task_and_begins_no_other(pool):
    begun = []

    def tasks():
        yield partial(int, "x")
        for number in range(100):
            yield partial(begun.append, number)

    with pytest.raises(ValueError, match="'x'"):
        list(pool.run(tasks()))

    assert len(begun) < 10


def test_run__raises_the_error_of_the_iterable(pool):
    def tasks():
        yield list
        raise KeyError("no rows")

    with pytest.raises(KeyError, match="no rows"):
        list(pool.run(tasks()))


def test_run__can_be_left_early(pool):
    results = pool.run(partial(abs, number) for number in range(100))
    next(results)
    results.close()


def test_threads__run_tasks_at_the_same_time():
    together = threading.Barrier(2, timeout=30)
    assert len(list(threads.WorkerPool(2).run([together.wait, together.wait]))) == 2


def test_threads__interrupt_running_tasks_after_an_error():
    running, interrupted = threading.Event(), threading.Event()

    def endless():
        try:
            while True:
                running.set()
        finally:
            interrupted.set()

    def fail():
        running.wait()
        raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        list(threads.WorkerPool(2).run([endless, fail]))

    assert interrupted.is_set()


@pytest.fixture
def interruptible():
    """SIGINT raises KeyboardInterrupt, also in a run that a shell has started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_threads__are_interrupted_with_the_process():
    running, interrupted = threading.Event(), threading.Event()

    def endless():
        try:
            while True:
                running.set()
        finally:
            interrupted.set()

    def tasks():
        yield endless
        running.wait()
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        list(threads.WorkerPool(2).run(tasks()))

    assert interrupted.is_set()

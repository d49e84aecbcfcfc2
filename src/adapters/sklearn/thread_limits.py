"""How many threads BLAS and OpenMP use, while one model is fitted or several are."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

from threadpoolctl import OpenBLASController, threadpool_limits

_lock = Lock()
_blocks = 0
_limits: threadpool_limits | None = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread in the block: on two, sums have other last bits.

    BLAS has one limit for the whole process: it is removed when the last of the blocks that run at the same time ends.
    threadpoolctl ignores every thread but the one that sets OpenBLAS's limit first, so that thread is cleared each
    time: the last block may end in another thread (https://github.com/joblib/threadpoolctl, "controlling thread").
    """
    global _blocks, _limits  # noqa: PLW0603 - as the limit of BLAS is
    with _lock:
        if not _blocks:
            OpenBLASController.clear_controlling_thread(force=True)
            _limits = threadpool_limits(1, "blas")
        _blocks += 1
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if not _blocks and _limits is not None:
                OpenBLASController.clear_controlling_thread(force=True)
                _limits.restore_original_limits()
                OpenBLASController.clear_controlling_thread(force=True)


def one_openmp_thread() -> AbstractContextManager[object]:
    """Let OpenMP use one thread in the block; its limit is that of the calling thread alone."""
    limits: AbstractContextManager[object] = threadpool_limits(1, "openmp")
    return limits

"""Locks between the processes of one machine. The kernel releases the lock of a process that was killed.

A lock excludes other threads of the same process, too; it cannot be acquired twice in a nested way. POSIX only.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Wait for the lock and hold it until the block ends; the file is created if missing. Raises OSError."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def try_exclusive_lock(path: Path) -> Iterator[bool]:
    """Hold the lock until the block ends if it is free; yields whether it was. Raises OSError."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

"""Files and folders that appear complete or not at all, and that survive a power failure.

Each is written under a temporary name in the folder of its target, flushed to the disk and then renamed.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def fsync_path(path: Path) -> None:
    """Flush a file's content, or a folder's names, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file that does not exist yet and flush it to the disk. Raises FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def temporary_sibling(path: Path, *, prefix: str | None = None) -> Iterator[Path]:
    """An unused hidden name in the folder of `path`; a file or folder of that name is removed when the block ends.

    The name begins with `prefix`, by default with a dot and the name of `path`.
    """
    temporary = path.with_name(f"{prefix or f'.{path.name}.'}{uuid.uuid4().hex}")
    try:
        yield temporary
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def atomic_write(path: Path, content: bytes, *, mode: int = 0o666, prefix: str | None = None) -> None:
    """Write a file, or replace one, in a single step. Raises OSError."""
    with temporary_sibling(path, prefix=prefix) as temporary:
        write_new(temporary, content, mode=mode)
        temporary.replace(path)
        fsync_path(path.parent)


@contextmanager
def atomic_directory(path: Path, temporary: Path) -> Iterator[Path]:
    """Create and yield the folder `temporary`, which becomes `path` when the block ends without an error.

    Where `path` exists by then, it stays as it is. The block flushes the files that it writes. Raises OSError.
    """
    try:
        temporary.mkdir()
        yield temporary
        fsync_path(temporary)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            try:
                temporary.rename(path)
            except OSError:
                if not path.is_dir():  # otherwise another writer was faster
                    raise
        fsync_path(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)

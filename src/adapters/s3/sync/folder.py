"""The local side: files of one folder, read by digest, written atomically, never beyond it."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adapters.s3.sync.paths import DRAFT, LOCK, STATE, is_own, refusal
from adapters.s3.sync.plan import Told
from adapters.s3.sync.state import State
from adapters.shared.atomic_files import atomic_write, fsync_path, temporary_sibling
from delay_core.errors import StoreError


class Changed(Exception):
    """A file is no longer what it was when the plan was made; the text says where."""


@dataclass(frozen=True)
class LocalFile:
    """A file as it was found."""

    sha256: str
    size: int
    stamp: tuple[int, int, int]
    """Inode, time of change in ns, size: equal as long as nobody writes it."""


class Folder:
    """A folder and what is below it, without symbolic links."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scan(self) -> tuple[dict[str, LocalFile], list[Told]]:
        """Files by path, and what is refused. Raises StoreError."""
        with _explained(self.root):
            return self._scan()

    def _scan(self) -> tuple[dict[str, LocalFile], list[Told]]:
        found: dict[str, LocalFile] = {}
        refused: list[Told] = []
        folders = [self.root] if self.root.exists() else []
        while folders:
            for entry in os.scandir(folders.pop()):
                path = Path(entry.path).relative_to(self.root).as_posix()
                if is_own(path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    refused.append(Told(path, "is a symbolic link, or no file: put a file there"))
                elif why := refusal(path):
                    refused.append(Told(path.encode(errors="replace").decode(), why))
                else:
                    found[path] = _look(Path(entry.path))
        return found, refused

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one that synchronises this folder; it is made where there is none. Raises StoreError."""
        with _explained(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / LOCK).open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreError(f"{self.root} is being synchronised already; try again when that has ended") from error
            with _explained(self.root):
                self._sweep()
            yield

    @contextmanager
    def opened(self, path: str) -> Iterator[BinaryIO]:
        """The file, for reading. Raises StoreError."""
        with _explained(self.root / path):
            file = os.fdopen(os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        with file:
            yield file

    def replace(self, path: str, seen: LocalFile | None, fill: Callable[[BinaryIO], None]) -> None:
        """Put a file in place of the one that was seen, whole and durable. Raises Changed, StoreError."""
        target = self.root / path
        with _explained(target):
            self._make_folders(target.parent)
            with temporary_sibling(target, prefix=DRAFT) as temporary:
                with temporary.open("x+b") as file:
                    fill(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._expect(target, seen)
                temporary.replace(target)
                fsync_path(target.parent)

    def remove(self, path: str, seen: LocalFile) -> None:
        """Delete the file that was seen, and folders that are empty then. Raises Changed, StoreError."""
        target = self.root / path
        with _explained(target):
            self._no_links(target.parent)
            self._expect(target, seen)
            target.unlink()
            folder = target.parent
            while folder != self.root and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent
            fsync_path(folder)

    def write_state(self, state: State) -> None:
        """Remember what is alike now. Raises StoreError."""
        target = self.root / STATE
        with _explained(target):
            atomic_write(target, state.model_dump_json(indent=1).encode(), prefix=DRAFT)

    def _expect(self, target: Path, seen: LocalFile | None) -> None:
        there = _stamp(target) if target.exists() or target.is_symlink() else None
        if there != (seen.stamp if seen else None):
            raise Changed("changed in the folder meanwhile; synchronise again")

    def _make_folders(self, folder: Path) -> None:
        self._no_links(folder)
        folder.mkdir(parents=True, exist_ok=True)

    def _no_links(self, folder: Path) -> None:
        while folder != self.root:
            if folder.is_symlink():
                raise Changed(f"{folder.relative_to(self.root)} is a symbolic link, which may lead out of the folder")
            folder = folder.parent

    def _sweep(self) -> None:
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.startswith(DRAFT):
                    (Path(folder) / name).unlink(missing_ok=True)


def _look(path: Path) -> LocalFile:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        stamp = _stamp(path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LocalFile(digest, stamp[2], stamp)


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return (found.st_ino if stat.S_ISREG(found.st_mode) else -1, found.st_mtime_ns, found.st_size)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{error.filename or path}: {error.strerror}; may you read and write there, is there room?"
        ) from error

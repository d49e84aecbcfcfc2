"""The local side: the files of one folder, identified by digest and written atomically, never outside the folder."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adapters.s3.sync.paths import LOCK_FILE, STATE_FILE, TEMPORARY_PREFIX, is_internal, unsafe_path_reason
from adapters.s3.sync.plan import SkippedPath
from adapters.s3.sync.state import SyncState
from adapters.shared.atomic_files import atomic_write, fsync_path, temporary_sibling
from adapters.shared.file_lock import try_exclusive_lock
from delay_core.errors import StoreError


class ConcurrentModification(Exception):
    """A file changed after the plan was made."""


@dataclass(frozen=True)
class LocalFile:
    """A file as the plan saw it."""

    sha256: str
    size: int
    fingerprint: tuple[int, int, int]
    """Inode, modification time in ns and size: equal as long as the file is not written."""


class Folder:
    """A folder with its subfolders; symbolic links are not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scan(self) -> tuple[dict[str, LocalFile], list[SkippedPath]]:
        """Files by path, and the paths that are skipped. Raises StoreError."""
        with _translate_errors(self.root):
            return self._scan()

    def _scan(self) -> tuple[dict[str, LocalFile], list[SkippedPath]]:
        files: dict[str, LocalFile] = {}
        skipped: list[SkippedPath] = []
        folders = [self.root] if self.root.exists() else []
        while folders:
            for entry in os.scandir(folders.pop()):
                path = Path(entry.path).relative_to(self.root).as_posix()
                if is_internal(path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    skipped.append(SkippedPath(path, "is a symbolic link or not a file: replace it by a file"))
                elif reason := unsafe_path_reason(path):
                    skipped.append(SkippedPath(path.encode(errors="replace").decode(), reason))
                else:
                    files[path] = _hash_file(Path(entry.path))
        return files, skipped

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Exclude other synchronizations of this folder, which is created if missing. Raises StoreError."""
        with _translate_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with try_exclusive_lock(self.root / LOCK_FILE) as acquired:
            if not acquired:
                raise StoreError(f"{self.root} is being synchronized already; try again later")
            with _translate_errors(self.root):
                self._delete_temporary_files()
            yield

    @contextmanager
    def open_file(self, path: str) -> Iterator[BinaryIO]:
        """The file, opened for reading. Raises StoreError."""
        with _translate_errors(self.root / path):
            file = os.fdopen(os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        with file:
            yield file

    def replace(self, path: str, expected: LocalFile | None, fill: Callable[[BinaryIO], None]) -> None:
        """Replace the expected file atomically and durably. Raises ConcurrentModification, StoreError."""
        target = self.root / path
        with _translate_errors(target):
            self._make_folders(target.parent)
            with temporary_sibling(target, prefix=TEMPORARY_PREFIX) as temporary:
                with temporary.open("x+b") as file:
                    fill(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._check_unchanged(target, expected)
                temporary.replace(target)
                fsync_path(target.parent)

    def remove(self, path: str, expected: LocalFile) -> None:
        """Delete the expected file, and folders that become empty. Raises ConcurrentModification, StoreError."""
        target = self.root / path
        with _translate_errors(target):
            self._refuse_links(target.parent)
            self._check_unchanged(target, expected)
            target.unlink()
            folder = target.parent
            while folder != self.root and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent
            fsync_path(folder)

    def write_state(self, state: SyncState) -> None:
        """Record the files that are equal now. Raises StoreError."""
        target = self.root / STATE_FILE
        with _translate_errors(target):
            atomic_write(target, state.model_dump_json(indent=1).encode(), prefix=TEMPORARY_PREFIX)

    def _check_unchanged(self, target: Path, expected: LocalFile | None) -> None:
        current = _fingerprint(target) if target.exists() or target.is_symlink() else None
        if current != (expected.fingerprint if expected else None):
            raise ConcurrentModification("changed in the folder meanwhile; synchronize again")

    def _make_folders(self, folder: Path) -> None:
        self._refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)

    def _refuse_links(self, folder: Path) -> None:
        while folder != self.root:
            if folder.is_symlink():
                raise ConcurrentModification(
                    f"{folder.relative_to(self.root)} is a symbolic link, which may lead out of the folder"
                )
            folder = folder.parent

    def _delete_temporary_files(self) -> None:
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.startswith(TEMPORARY_PREFIX):
                    (Path(folder) / name).unlink(missing_ok=True)


def _hash_file(path: Path) -> LocalFile:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        fingerprint = _fingerprint(path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LocalFile(digest, fingerprint[2], fingerprint)


def _fingerprint(path: Path) -> tuple[int, int, int]:
    status = path.lstat()
    return (status.st_ino if stat.S_ISREG(status.st_mode) else -1, status.st_mtime_ns, status.st_size)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{error.filename or path}: {error.strerror}; is it readable and writable, is the disk full?"
        ) from error

"""Sets of files in a local folder: `<root>/<kind>/<address>/`, put in place by one rename."""

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.shared.atomic_files import atomic_directory, write_new
from adapters.shared.file_lock import exclusive_lock, try_exclusive_lock
from delay_core.errors import StoreError
from delay_core.ports import artifact_store

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class ArtifactStore(artifact_store.ArtifactStore):
    """Crash-safe: a set under way lies in `<root>/.unfinished/`, locked by its writer; swept when that one died."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, kind: str, address: str) -> bool:
        return self._folder(kind, address).is_dir()

    def names(self, kind: str, address: str) -> list[str]:
        try:
            return sorted(path.name for path in self._folder(kind, address).iterdir())
        except OSError as error:
            raise StoreError(f"{self._folder(kind, address)}: {error.strerror}") from error

    def read(self, kind: str, address: str, name: str) -> bytes:
        path = self._folder(kind, address) / _plain(name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error

    def location(self, kind: str, address: str) -> str:
        return str(self._folder(kind, address))

    @contextmanager
    def create(self, kind: str, address: str) -> Iterator["_Writer"]:
        target = self._folder(kind, address)
        unfinished = self._root / ".unfinished"
        draft = unfinished / uuid.uuid4().hex
        try:
            unfinished.mkdir(parents=True, exist_ok=True)
            self._sweep(unfinished)
            lock = unfinished / f"{draft.name}.lock"
            with exclusive_lock(lock):
                try:
                    with atomic_directory(target, draft):
                        yield _Writer(draft)
                finally:
                    lock.unlink(missing_ok=True)
        except OSError as error:
            place = error.filename or target
            raise StoreError(
                f"cannot write {place}: {error.strerror}; is the folder writable, the disk full?"
            ) from error

    def _sweep(self, unfinished: Path) -> None:
        for path in unfinished.glob("*.lock"):
            with try_exclusive_lock(path) as acquired:
                if acquired:
                    shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                    path.unlink(missing_ok=True)

    def _folder(self, kind: str, address: str) -> Path:
        return self._root / _plain(kind) / _plain(address)


class _Writer(artifact_store.ArtifactWriter):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        write_new(self._folder / _plain(name), content)


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise StoreError(f"{name!r} is not a plain name: letters, digits, dot, dash and underscore only")
    return name

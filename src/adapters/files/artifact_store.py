"""Sets of files in a local folder: `<root>/<kind>/<address>/`, made visible by one rename."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.shared.atomic_files import atomic_directory, write_new
from adapters.shared.file_lock import exclusive_lock, try_exclusive_lock
from delay_core.errors import StoreError
from delay_core.ports import artifact_store as port
from delay_core.ports.artifact_store import validate_name

_STAGING_FOLDER = ".unfinished"


class ArtifactStore(port.ArtifactStore):
    """Crash-safe: a set is staged in `<root>/.unfinished/` under a lock of its writer.

    What killed writers left there is deleted by the next writer.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, kind: str, address: str) -> bool:
        return self._folder(kind, address).is_dir()

    def names(self, kind: str, address: str) -> list[str]:
        folder = self._folder(kind, address)
        try:
            return sorted(path.name for path in folder.iterdir())
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}") from error

    def read(self, kind: str, address: str, name: str) -> bytes:
        path = self._folder(kind, address) / validate_name(name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error

    def location(self, kind: str, address: str) -> str:
        return str(self._folder(kind, address))

    @contextmanager
    def create(self, kind: str, address: str) -> Iterator["_Writer"]:
        target = self._folder(kind, address)
        staging = self._root / _STAGING_FOLDER
        temporary = staging / uuid.uuid4().hex
        lock = staging / f"{temporary.name}.lock"
        try:
            staging.mkdir(parents=True, exist_ok=True)
            _delete_abandoned(staging)
            with exclusive_lock(lock):
                try:
                    with atomic_directory(target, temporary):
                        yield _Writer(temporary)
                finally:
                    lock.unlink(missing_ok=True)
        except OSError as error:
            path = error.filename or target
            raise StoreError(
                f"cannot write {path}: {error.strerror}; is the folder writable, the disk full?"
            ) from error

    def _folder(self, kind: str, address: str) -> Path:
        return self._root / validate_name(kind) / validate_name(address)


class _Writer(port.ArtifactWriter):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        write_new(self._folder / validate_name(name), content)


def _delete_abandoned(staging: Path) -> None:
    """Delete the staged sets whose writers were killed: no process holds their locks."""
    for lock in staging.glob("*.lock"):
        with try_exclusive_lock(lock) as acquired:
            if acquired:
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)

"""The embedded MLflow: one SQLite file, complete or absent, with one writer at a time."""

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from adapters.shared.atomic_files import fsync_path, temporary_sibling
from adapters.shared.file_lock import exclusive_lock
from delay_core.errors import StoreError
from delay_core.file_urls import sqlite_url

with warnings.catch_warnings():
    # SQLAlchemy deprecates an option that MLflow's own tables use.
    warnings.filterwarnings("ignore", message=".*noload.* loader strategy", category=DeprecationWarning)
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from sqlalchemy import make_url


class EmbeddedDatabase:
    """MLflow's database in a SQLite file. If MLflow itself created it and was killed, the file would stay broken."""

    def __init__(self, path: Path, artifact_root: str) -> None:
        self._path = path
        self._artifact_root = artifact_root

    def create_if_missing(self) -> None:
        """Create the file if it is missing, and delete what killed processes left. Raises StoreError."""
        if make_url(sqlite_url(self._path)).database != str(self._path):
            raise StoreError(f"{self._path}: SQLAlchemy before 2.1 opens no path with % or ?; update SQLAlchemy")
        if self._exists():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock():
            for leftover in self._path.parent.glob(f".{self._path.name}.unfinished-*"):
                leftover.unlink()
            if self._exists():
                return
            with temporary_sibling(self._path, prefix=f".{self._path.name}.unfinished-") as temporary:
                _create(temporary, self._artifact_root)
                temporary.rename(self._path)
                fsync_path(self._path.parent)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by one thread of one process at a time; the lock of a killed process is released. Not reentrant."""
        with exclusive_lock(self._path.with_name(f".{self._path.name}.lock")):
            yield

    def _exists(self) -> bool:
        return self._path.is_file() and self._path.stat().st_size > 0


def _create(path: Path, artifact_root: str) -> None:
    # Each of MLflow's fifty migrations waits for the disk: 6 s in a file, 0.7 s in memory with a copy to the file.
    store = SqlAlchemyStore("sqlite:///:memory:", artifact_root)  # type: ignore[no-untyped-call]  # MLflow has no types
    try:
        with store.engine.connect() as connection, closing(sqlite3.connect(path)) as file:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101 - for mypy: the URI is that of SQLite
            source.backup(file)
    finally:
        store.engine.dispose()

"""The embedded store: one SQLite file, there whole or not at all, and one writer at a time."""

import fcntl
import sqlite3
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from adapters.durable import sync

with warnings.catch_warnings():
    # SQLAlchemy deprecates an option that MLflow's own tables use.
    warnings.filterwarnings("ignore", message=".*noload.* loader strategy", category=DeprecationWarning)
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore


class EmbeddedDatabase:
    """MLflow's database in a SQLite file. MLflow's own creation of it, cut short, would leave a broken one behind."""

    def __init__(self, path: Path, artifact_root: str) -> None:
        self._path = path
        self._artifact_root = artifact_root

    def ensure(self) -> None:
        """Create the file where it is missing; what a killed creation left is swept."""
        if self._exists():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self.locked():
            for leftover in self._path.parent.glob(f".{self._path.name}.unfinished-*"):
                leftover.unlink()
            if self._exists():
                return
            draft = self._path.with_name(f".{self._path.name}.unfinished-{uuid.uuid4().hex}")
            _create(draft, self._artifact_root)
            draft.rename(self._path)
            sync(self._path.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process, and one thread of it, at a time; a killed holder lets go. Not to be entered twice."""
        with self._path.with_name(f".{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _exists(self) -> bool:
        return self._path.is_file() and self._path.stat().st_size > 0


def _create(path: Path, artifact_root: str) -> None:
    # MLflow's fifty migrations wait for the disk at every step: 6 s in a file, 0.7 s in memory and then to the file.
    store = SqlAlchemyStore("sqlite:///:memory:", artifact_root)  # type: ignore[no-untyped-call]  # MLflow has no types
    try:
        with store.engine.connect() as connection, closing(sqlite3.connect(path)) as file:
            made = connection.connection.driver_connection
            assert isinstance(made, sqlite3.Connection)  # noqa: S101 - tells mypy what the URI says
            made.backup(file)
    finally:
        store.engine.dispose()

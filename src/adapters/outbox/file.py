"""The journal's file: an SQLite database that several processes share, every commit on disk."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock

from adapters.shared.atomic_files import fsync_path
from delay_core.errors import StoreError

_VERSION = 1
_WAIT = 30.0  # s, for another process to finish its write
_TABLES = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the place in line; none is ever given twice
  lane TEXT NOT NULL,                     -- the log that the row is for
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,                    -- microseconds since 1970
  payload TEXT NOT NULL,
  record_id BLOB,
  shipment_id TEXT,
  key TEXT,
  error TEXT                              -- why it was set aside
);
CREATE INDEX entries_waiting ON entries (lane, seq) WHERE error IS NULL;
CREATE INDEX entries_aside ON entries (seq) WHERE error IS NOT NULL;
CREATE INDEX entries_record ON entries (record_id) WHERE record_id IS NOT NULL;
CREATE UNIQUE INDEX entries_answer ON entries (key) WHERE kind = 'answer';
CREATE TABLE held (rows INTEGER NOT NULL, erasures INTEGER NOT NULL);
INSERT INTO held VALUES (0, 0);
"""


class JournalFile:
    """Safe to share between threads; nothing is opened before it is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _Held(self, "FULL")
        self._reader = _Held(self, "FULL")
        self._drainer = _Held(self, "NORMAL")  # a deletion that a power cut undoes is only done again

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for looking. What goes wrong becomes a StoreError, here as below."""
        with self._told(), self._reader.connection() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, durable when the block has ended well, else undone; one at a time over all processes."""
        with self._told(), self._writer.connection() as connection, _transaction(connection):
            yield connection

    @contextmanager
    def draining(self) -> Iterator[sqlite3.Connection]:
        """As `writing`, but a power cut may undo it."""
        with self._told(), self._drainer.connection() as connection, _transaction(connection):
            yield connection

    def close(self) -> None:
        """Give up every connection; the next use opens new ones."""
        for held in (self._writer, self._reader, self._drainer):
            held.close()

    def open(self, synchronous: str) -> sqlite3.Connection:
        """A new connection; the file is made where it is not there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One opens at a time: SQLite does not wait for its turn when the kind of journal changes.
        with self.path.with_name(f"{self.path.name}.open").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                connection.execute("PRAGMA journal_size_limit = 67108864")
                self._ensure_tables(connection)
            except BaseException:
                connection.close()
                raise
            fsync_path(self.path.parent)
        return connection

    def _ensure_tables(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}PRAGMA user_version = {_VERSION};COMMIT;")
        elif version != _VERSION:
            raise StoreError(f"{self.path} is a journal of another delay-core: let that one drain it, or name another")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the journal {self.path} cannot be used: {error}; is its disk full, its folder writable?"
            ) from error


class _Held:
    """A connection that is kept, used by one thread at a time."""

    def __init__(self, file: JournalFile, synchronous: str) -> None:
        self._file = file
        self._synchronous = synchronous
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = self._file.open(self._synchronous)
            yield self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with closing(connection.cursor()) as cursor:
                cursor.execute("ROLLBACK")

"""The outbox's SQLite file, which several processes can share; every enqueued row is flushed to the disk."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TypeVar

from adapters.outbox.store import OutboxStore
from adapters.shared.atomic_files import fsync_path
from adapters.shared.file_lock import exclusive_lock
from delay_core.errors import StoreError

T = TypeVar("T")
_LOCK_SECONDS = 30.0  # the longest wait for another process's transaction
_WAL_BYTES = 2**26  # to which the write-ahead log is truncated
_TABLES = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of delivery; no number is used twice
  lane TEXT NOT NULL,                     -- the channel: the log that the row is for
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,                    -- microseconds since 1970
  payload TEXT NOT NULL,
  record_id BLOB,
  shipment_id TEXT,
  key TEXT,
  error TEXT                              -- of a dead letter: the reason
);
CREATE INDEX entries_waiting ON entries (lane, seq) WHERE error IS NULL;
CREATE INDEX entries_aside ON entries (seq) WHERE error IS NOT NULL;
CREATE INDEX entries_record ON entries (record_id) WHERE record_id IS NOT NULL;
CREATE UNIQUE INDEX entries_answer ON entries (key) WHERE kind = 'answer';
CREATE TABLE held (rows INTEGER NOT NULL, erasures INTEGER NOT NULL);
INSERT INTO held VALUES (0, 0);
"""
# A process of the version before, which has the file open, still works with it: nothing is renamed or removed.
_ADDITIONS = """
ALTER TABLE held ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE held ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
UPDATE held SET bytes = (SELECT coalesce(sum(length(payload)), 0) FROM entries);
CREATE TABLE recent_answers (
  position INTEGER PRIMARY KEY,           -- the lowest ones are removed first
  key TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,                    -- microseconds since 1970
  payload TEXT NOT NULL
);
"""
# Null in a row that a process of a version before wrote.
_CHECKSUMS = """
ALTER TABLE entries ADD COLUMN checksum INTEGER;
ALTER TABLE recent_answers ADD COLUMN checksum INTEGER;
"""
_FORMATS = (_TABLES, _ADDITIONS, _CHECKSUMS)  # the number of those that a file has is its version


class OutboxFileError(StoreError):
    """The outbox's file cannot be read or written: broken, read-only, on a full disk, locked."""


class OutboxFile:
    """Safe to share between threads. Nothing is opened before the first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.error: str | None = None
        """Why the file cannot be used; None after the last transaction was committed."""
        self._reader = _PooledConnection(self, "FULL")
        self._second_reader = _PooledConnection(self, "FULL")
        self._writer = _PooledConnection(self, "FULL")
        self._relaxed_writer = _PooledConnection(self, "NORMAL")

    @contextmanager
    def read(self) -> Iterator[OutboxStore]:
        """The store, to be read only. Errors of SQLite and of the disk become OutboxFileErrors, here as below."""
        with self._translate_errors(), self._reader.use() as connection:
            yield OutboxStore(connection)

    @contextmanager
    def read_concurrently(self) -> Iterator[OutboxStore]:
        """As `read`, for an event loop: it does not wait for a thread that reads."""
        with self._translate_errors(), self._second_reader.use() as connection:
            yield OutboxStore(connection)

    @contextmanager
    def write(self) -> Iterator[OutboxStore]:
        """A transaction, durable when the block ends without an error, else rolled back; one at a time."""
        with self._translate_errors(), self._writer.use() as connection, _transaction(connection):
            yield OutboxStore(connection)
        self.error = None

    @contextmanager
    def write_relaxed(self) -> Iterator[OutboxStore]:
        """As `write`, without waiting for the disk: for what may be missing or is repeated after a power failure."""
        with self._translate_errors(), self._relaxed_writer.use() as connection, _transaction(connection):
            yield OutboxStore(connection)
        self.error = None

    def look_up(self, query: Callable[[OutboxStore], T]) -> T | None:
        """What the query finds; None, too, if the file cannot be used: then its rows are not visible for now."""
        try:
            with self.read() as store:
                return query(store)
        except OutboxFileError:
            return None

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        for pooled in (self._reader, self._second_reader, self._writer, self._relaxed_writer):
            pooled.close()

    def connect(self, synchronous: str) -> sqlite3.Connection:
        """A new connection; the file is created if missing, and brought to the current format."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One connection is opened at a time: SQLite does not wait for its lock when the journal mode changes.
        with exclusive_lock(self.path.with_name(f"{self.path.name}.open")):
            connection = sqlite3.connect(
                self.path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")  # damaged rows are read
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
                self._ensure_tables(connection)
                fsync_path(self.path.parent)
            except BaseException:
                connection.close()
                raise
        return connection

    def _ensure_tables(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == len(_FORMATS):
            return
        if version > len(_FORMATS):
            raise OutboxFileError(
                f"{self.path} is an outbox of a newer delay-core: let that one forward its rows, or name another file"
            )
        changes = "".join(_FORMATS[version:])
        connection.executescript(f"BEGIN IMMEDIATE;{changes}PRAGMA user_version = {len(_FORMATS)};COMMIT;")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OutboxFileError as error:
            self.error = str(error)
            raise
        except (sqlite3.Error, OSError) as error:
            self.error = f"the outbox {self.path} cannot be used: {error}; is its disk full, its folder writable?"
            raise OutboxFileError(self.error) from error


class _PooledConnection:
    """A connection that stays open, used by one thread at a time."""

    def __init__(self, file: OutboxFile, synchronous: str) -> None:
        self._file = file
        self._synchronous = synchronous
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = self._file.connect(self._synchronous)
            try:
                yield self._connection
            except sqlite3.Error:
                self.close()  # the next use opens the file anew, which may have been repaired or replaced
                raise

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
            with suppress(sqlite3.Error), closing(connection.cursor()) as cursor:
                cursor.execute("ROLLBACK")

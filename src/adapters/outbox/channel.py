"""One log's way to its database: directly while it is available, through the outbox from its first failure on.

Nothing goes to the database directly while rows of the same log are pending, which keeps the order. The exception is an
outbox that is full or whose file cannot be used: then a row is written directly rather than refused.
"""

import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, NamedTuple, TypeVar

from adapters.outbox.rows import OutboxRow
from adapters.outbox.sqlite_file import OutboxFile, OutboxFileError
from adapters.outbox.store import Limits, OutboxStore
from delay_core.errors import OutboxFull, StoreError

T = TypeVar("T")


class Delivered(NamedTuple):
    """What a delivery did besides writing its records."""

    answers: Sequence[OutboxRow] = ()
    """The answers that the keys hold now, to be remembered."""
    superseded: int = 0
    """Predictions whose key holds another answer."""


Deliver = Callable[[Sequence[Any]], Delivered]
"""Writes records to the database and returns when they are durable; repeating a delivery does no harm."""

_YIELD_SECONDS = 1e-3  # for the forwarder, while the database is available and rows are pending
_HEALTHY_SECONDS = 0.05  # after a successful call, in which connections are used without a ping: as in adapters.sql


class Channel:
    """The way of one log. Safe to share between threads."""

    def __init__(
        self,
        name: str,
        file: OutboxFile,
        executor: "TimeoutExecutor",
        deliver: Deliver,
        limits: Limits,
        notify: Callable[[], None],
    ) -> None:
        """`notify` is called after rows were enqueued."""
        self.name = name
        self.deliver = deliver
        self.database_down = False
        """Whether the last call of the database failed."""
        self.last_error: str | None = None
        """The message of its last failure."""
        self._healthy_until = 0.0
        self._file = file
        self._executor = executor
        self._limits = limits
        self._notify = notify

    def write_through(
        self, write: Callable[[], T], spool: Callable[[OutboxStore], T], *, write_times_out: bool = False
    ) -> T:
        """The result of `write`; or, if the database is unavailable, of `spool`, which enqueues rows.

        `write_times_out` says that `write` raises StoreError within the deadline as long as its connection works. Soon
        after a successful call it is then called in this thread, which saves the switch to another one and back.
        Raises OutboxFull, or StoreError if neither the database nor the outbox's file can be used.
        """
        while True:
            try:
                pending = self._has_pending_rows()
            except OutboxFileError:
                return self.call(write)
            if not pending:
                directly = write_times_out and time.monotonic() < self._healthy_until
                try:
                    return self.call(write, with_deadline=not directly)
                except StoreError:
                    pass  # `last_error` has it; the outbox takes the rows
            try:
                with self._file.write() as store:
                    # The pending rows may have been delivered meanwhile: then this call writes directly, too.
                    if not pending or not store.is_empty(self.name):
                        result = spool(store)
                        break
            except (OutboxFull, OutboxFileError) as error:
                unavailable = self.database_down if isinstance(error, OutboxFull) else not pending
                if unavailable:
                    raise
                return self._write_past(write, error)
        self._notify()
        if not self.database_down:
            time.sleep(_YIELD_SECONDS)  # otherwise a busy writer would keep the channel from ever becoming empty
        return result

    def _has_pending_rows(self) -> bool:
        with self._file.read() as store:
            return not store.is_empty(self.name)

    def _write_past(self, write: Callable[[], T], refusal: StoreError) -> T:
        """Write directly though rows are pending; raises the outbox's refusal if the database is unavailable."""
        try:
            return self.call(write)
        except StoreError:
            raise refusal from None

    def call(self, work: Callable[[], T], *, with_deadline: bool = True) -> T:
        """Call the database, waiting at most until the deadline. Raises StoreError."""
        try:
            result = self._executor.run(work) if with_deadline else work()
        except StoreError as error:
            self._healthy_until = 0.0
            self.mark_down(error)
            raise
        self.mark_up()
        return result

    def enqueue(self, store: OutboxStore, rows: Sequence[OutboxRow]) -> None:
        """Add pending rows. Raises OutboxFull."""
        store.append(self.name, rows, self._limits)

    def may_write_directly(self) -> bool:
        """Whether a row may go to the database now: it is available, and no row of this log is pending.

        For an event loop: it waits for no other thread. Raises StoreError if the outbox's file cannot be read.
        """
        if self.database_down:
            return False
        with self._file.read_concurrently() as store:
            return store.is_empty(self.name)

    def mark_up(self) -> None:
        """Consider the database available."""
        self._healthy_until = time.monotonic() + _HEALTHY_SECONDS
        self.database_down = False

    def mark_down(self, error: Exception) -> None:
        """Consider the database unavailable."""
        self.database_down = True
        self.last_error = " ".join(str(error).split())


class TimeoutExecutor:
    """Calls functions with a timeout; a call that exceeds it continues in its thread.

    There are as many threads as calls that run at the same time; none keeps the process alive.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._idle: SimpleQueue[_Worker] = SimpleQueue()

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or its error. Raises StoreError after the timeout."""
        task = _Task(work)
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = _Worker(self._idle)
        worker.tasks.put(task.run)
        if not task.done.acquire(timeout=self._seconds):
            raise StoreError(f"no answer from the database within {self._seconds} s")
        return task.result()


class _Task(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None
        self.done = Lock()
        self.done.acquire()

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - `result` raises it in the caller's thread
            self._error = error
        finally:
            self.done.release()

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]


class _Worker:
    def __init__(self, idle: "SimpleQueue[_Worker]") -> None:
        self.tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = idle
        Thread(target=self._run, name="outbox-call", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.tasks.get()()
            self._idle.put(self)

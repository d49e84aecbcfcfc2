"""Processes with outboxes that crash at any commit, and a database that fails in every way, for a model-based test."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar, cast
from unittest.mock import patch
from uuid import UUID

from adapters.outbox import Outbox, OutboxPredictionLog, OutboxPredictionRetention
from adapters.outbox import outbox as outbox_module
from adapters.outbox.dead_letters import keep_rows_without_channel
from adapters.outbox.sqlite_file import OutboxFile
from adapters.outbox.store import OutboxStore
from delay_core.errors import StoreError
from delay_core.ports.erasure_log import Erasure
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction
from fakes.erasure_log import ErasureLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_retention import PredictionRetention

T = TypeVar("T")
Mode = Literal["up", "absent", "slow", "lying"]
Fault = Literal["none", "full", "unreadable"]

POISON_VERSION = 2**40
"""A model version that the database refuses."""
MAX_ROWS = 40


class Crash(BaseException):
    """The process is killed here."""


class SimulatedDatabase(PredictionLog):
    """`absent`: nothing happens. `slow`: raises, and commits later. `lying`: commits, and raises nevertheless."""

    def __init__(self) -> None:
        self.stored = PredictionLog()
        self.mode: Mode = "up"
        self.refuses_poison = True
        self.late: list[Callable[[], object]] = []

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        self._check(batch)
        self.call(lambda: self.stored.append(batch))

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        self._check([prediction for request in requests for prediction in request.predictions])
        return self.call(lambda: self.stored.append_once(requests))

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        self.call(lambda: self.stored.append_superseded(batch))

    def find_answer(self, key: str) -> KeyedAnswer | None:
        return self.call(lambda: self.stored.find_answer(key))

    def erase(self, shipment_id: str) -> int:
        """Erase as an operator does."""
        return self.call(lambda: PredictionRetention(self.stored).erase(shipment_id))

    def read_since(self, oldest: datetime) -> list[Erasure]:
        """The erasures, for outboxes."""
        return self.call(lambda: ErasureLog(self.stored).read_since(oldest))

    def call(self, operation: Callable[[], T]) -> T:
        """The operation's result, as far as the mode lets it through."""
        if self.mode == "up":
            return operation()
        if self.mode == "slow":
            self.late.append(operation)
        elif self.mode == "lying":
            operation()
        raise StoreError(f"the database is {self.mode}")

    def _check(self, batch: Sequence[LoggedPrediction]) -> None:
        if self.refuses_poison and any(prediction.model_version == POISON_VERSION for prediction in batch):
            raise StoreError("integer out of range")


class CrashingFile(OutboxFile):
    """An outbox's file whose process may be killed before and after each commit, and whose disk may fail."""

    def __init__(self, pass_point: Callable[[], None], path: Path) -> None:
        super().__init__(path)
        self._pass_point = pass_point
        self.fault: Fault = "none"

    @contextmanager
    def write(self) -> Iterator[OutboxStore]:
        with super().write() as store:
            yield store
            self._pass_point()
        self._pass_point()

    @contextmanager
    def write_relaxed(self) -> Iterator[OutboxStore]:
        with super().write_relaxed() as store:
            yield store
            self._pass_point()
        self._pass_point()

    def connect(self, synchronous: str) -> sqlite3.Connection:
        if self.fault == "unreadable":
            raise sqlite3.OperationalError("disk I/O error")
        connection = super().connect(synchronous)
        connection.execute("PRAGMA synchronous = OFF")  # no power fails here
        if self.fault == "full":
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    def fail(self, fault: Fault) -> None:
        """Let the disk fail from now on, or work again."""
        self.fault = fault
        self.close()


class Direct:
    """Calls at once, in place of the executor with a timeout: the database says itself that it is slow."""

    def run(self, work: Callable[[], T]) -> T:
        return work()


class Process:
    """One process of a replica: its logs, and the number of commit points until it is killed."""

    def __init__(self, path: Path, database: SimulatedDatabase, fault: Fault) -> None:
        self.path = path
        self.points_left: int | None = None
        with patch.object(outbox_module, "OutboxFile", partial(CrashingFile, self.pass_point)):
            self.outbox = Outbox(path, MAX_ROWS, erasure_log=database)
        self.file = cast("CrashingFile", self.outbox.file)
        self.file.fail(fault)
        self.outbox._executor = Direct()  # type: ignore[assignment] # has its method
        self.log = OutboxPredictionLog(self.outbox, CrashingConnection(database, self.pass_point))
        self.retention = OutboxPredictionRetention(self.outbox, database)  # type: ignore[arg-type] # has its method

    def pass_point(self) -> None:
        """Die here if it is time."""
        if self.points_left is not None:
            self.points_left -= 1
            if self.points_left < 0:
                raise Crash

    def rest(self) -> None:
        """Write the answers that the thread of the forwarder writes within milliseconds."""
        self.outbox.forwarder._write_answers()

    def forward(self) -> None:
        """Deliver what can be delivered, as the thread of the forwarder does."""
        for channel in self.outbox.channels:
            self.outbox.forwarder._drain(channel)
        keep_rows_without_channel(self.file)
        self.outbox.apply_erasures()


class CrashingConnection(PredictionLog):
    """A process's connection to the database: it may be killed before a call and after it."""

    def __init__(self, database: SimulatedDatabase, pass_point: Callable[[], None]) -> None:
        self._database = database
        self._pass_point = pass_point

    def append(self, batch: Sequence[LoggedPrediction]) -> None:
        self._call(lambda: self._database.append(batch))

    def append_once(self, requests: Sequence[KeyedRequest]) -> list[KeyedAnswer]:
        return self._call(lambda: self._database.append_once(requests))

    def append_superseded(self, batch: Sequence[LoggedPrediction]) -> None:
        self._call(lambda: self._database.append_superseded(batch))

    def find_answer(self, key: str) -> KeyedAnswer | None:
        return self._database.find_answer(key)

    def _call(self, call: Callable[[], T]) -> T:
        self._pass_point()
        result = call()
        self._pass_point()
        return result


DAMAGES = {
    "unreadable": "payload = 'x' || substr(payload, 2)",
    "readable": "payload = replace(payload, '+00:00', '+01:00')",
    "channel": "lane = 'predictionz'",
}
"""Ways in which a row is damaged; with the last one, nothing of the record is lost."""


def damage_pending_row(path: Path, position: int, how: str) -> tuple[int, UUID | None] | None:
    """Damage a pending row in an outbox's file; its number, and the prediction's id unless it is an answer."""
    query = "SELECT seq, record_id FROM entries WHERE error IS NULL ORDER BY seq LIMIT 1 OFFSET ?"
    with closing(sqlite3.connect(path)) as connection, connection:
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone()
        row = tables and connection.execute(query, (position,)).fetchone()
        if row is None:
            return None
        number, record_id = row
        connection.execute(f"UPDATE entries SET {DAMAGES[how]} WHERE seq = ?", (number,))  # noqa: S608 - constant text
        return number, None if record_id is None else UUID(bytes=record_id)

"""Processes with an outbox of their own, some of which are killed, and waiting for an outbox."""

import os
import signal
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from adapters.outbox import Outbox, OutboxPredictionLog, OutboxPredictionReader
from adapters.sql import Database, PredictionLog
from fakes.erasure_log import ErasureLog
from fakes.prediction_log import PredictionLog as FakeLog
from fakes.prediction_reader import PredictionReader
from infra.local.waiting import wait_until
from support.builders import keyed_request, logged_prediction
from support.drained_log import InterruptibleLog


def replica(path: Path, database: FakeLog, max_rows: int = 1_000, max_bytes: int = 2**20) -> SimpleNamespace:
    """A process with the outbox at this path, and a connection of its own to the database, which answers or fails.

    So it waits for an answer as long as a busy machine needs.
    """
    outbox = Outbox(path, max_rows, max_bytes=max_bytes, deadline=30, erasure_log=ErasureLog(database))
    connection: Any = InterruptibleLog(database)
    log = OutboxPredictionLog(outbox, connection)
    return SimpleNamespace(
        outbox=outbox,
        log=log,
        connection=connection,
        reader=OutboxPredictionReader(outbox, PredictionReader(database)),
        close=outbox.close,
    )


def wait_until_forwarded(outbox: Outbox) -> None:
    """Wait until nothing is pending and the database is available."""
    wait_until(lambda: (state := outbox.state()).pending == 0 and state.database_up, 30)


def append_and_die(url: str, path: Path, first_id: int) -> None:
    """Append to a log whose database is unavailable; SIGKILL as soon as that has returned."""
    log = OutboxPredictionLog(Outbox(path), PredictionLog(Database(url, "serving")))
    log.append([logged_prediction(1, prediction_id=UUID(int=first_id))])
    log.append_once([keyed_request(1)])
    os.kill(os.getpid(), signal.SIGKILL)


def append_many(url: str, path: Path, first_id: int, rows: int, barrier: Barrier) -> None:
    """Append so many rows, one at a time, to a log whose database may be unavailable."""
    with closing(Database(url, "serving")) as database, closing(Outbox(path)) as outbox:
        log = OutboxPredictionLog(outbox, PredictionLog(database))
        outbox.start()
        barrier.wait()
        for number in range(rows):
            log.append([logged_prediction(number, prediction_id=UUID(int=first_id + number))])

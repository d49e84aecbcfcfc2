"""Waiting for an outbox, and processes with an outbox of their own, for tests that kill them."""

import os
import signal
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import UUID

from adapters.outbox import Outbox, OutboxPredictionLog
from adapters.sql import Database, PredictionLog
from infra.local.waiting import wait_until
from support.builders import keyed_request, logged_prediction


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

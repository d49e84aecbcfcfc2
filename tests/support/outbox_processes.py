"""Processes with a journal of their own, for tests that kill them."""

import os
import signal
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import UUID

from adapters.outbox import Journal, PredictionLog
from adapters.sql import Database
from adapters.sql import PredictionLog as Stored
from support.builders import keyed_request, logged_prediction


def append_and_die(url: str, path: Path, first_id: int) -> None:
    """Append to a log whose database is away; SIGKILL as soon as that has returned."""
    log = PredictionLog(Journal(path), Stored(Database(url, "serving")))
    log.append([logged_prediction(1, prediction_id=UUID(int=first_id))])
    log.append_once([keyed_request(1)])
    os.kill(os.getpid(), signal.SIGKILL)


def append_many(url: str, path: Path, first_id: int, rows: int, barrier: Barrier) -> None:
    """Append so many, one at a time, to a log whose database may be away."""
    with closing(Database(url, "serving")) as database, closing(Journal(path)) as journal:
        log = PredictionLog(journal, Stored(database))
        journal.start()
        barrier.wait()
        for number in range(rows):
            log.append([logged_prediction(number, prediction_id=UUID(int=first_id + number))])

"""Processes with a journal of their own, for tests that kill them."""

import os
import signal
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from adapters.journal import Journal, PredictionLog
from adapters.postgres import Database
from adapters.postgres import PredictionLog as Stored
from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest, LoggedPrediction

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def batch(number, size=20, **given) -> list[LoggedPrediction]:
    usual = {"model_name": "late", "model_version": 1, "bundle_digest": "b" * 64, "schema_digest": "5" * 64}
    return [
        LoggedPrediction(
            **{
                "prediction_id": uuid4(),
                "predicted_at": NOON + timedelta(seconds=number, microseconds=k),
                "request_data": {"Traffic_Status": "Heavy", "n": number},
                "shipment_id": f"S-{number}",
                "probability": 0.5,
                **usual,
                **given,
            }
        )
        for k in range(size)
    ]


def request(number, size=2, **given) -> KeyedRequest:
    """A request under the key of this number; each call is another attempt."""
    request_id = str(uuid4())
    answer = KeyedAnswer(f"{number:064x}", "0" * 64, request_id, NOON, f'{{"request": "{request_id}"}}')
    return KeyedRequest(answer, tuple(batch(number, size, request_id=request_id, **given)))


def append_and_die(url, path, first_id) -> None:
    """Append to a log whose database is away; SIGKILL as soon as that has returned."""
    log = PredictionLog(Journal(path), Stored(Database(url, "serving")))
    log.append(batch(1, prediction_id=UUID(int=first_id), size=1))
    log.append_once([request(1)])
    os.kill(os.getpid(), signal.SIGKILL)


def append_many(url, path, first_id, rows, barrier) -> None:
    """Append so many, one at a time, to a log whose database may be away."""
    with closing(Database(url, "serving")) as database, closing(Journal(path)) as journal:
        log = PredictionLog(journal, Stored(database))
        journal.start()
        barrier.wait()
        for number in range(rows):
            log.append(batch(number, 1, prediction_id=UUID(int=first_id + number)))

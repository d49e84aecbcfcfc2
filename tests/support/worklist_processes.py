"""Processes of replicas that write predictions, or project them to the worklist."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Literal

from adapters.sql import Database, OutcomeLog, PredictionLog, Worklist
from delay_core.ports import worklist as port
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.worklist import OpenShipment, WorklistFilter
from support.builders import NOON, logged_prediction, outcome

Role = Literal["writes", "projects"]
MODEL = "late"
SHIPMENTS = 12
ROUNDS = 40
_OPEN_FOR = timedelta(days=5)


def predictions_of_days(writer: int, rounds: int = ROUNDS) -> list[LoggedPrediction]:
    """One prediction a round, of changing shipments on three days that come in no order."""
    return [
        logged_prediction(
            number * (writer + 5) % SHIPMENTS,
            predicted_at=NOON - timedelta(days=number % 3, seconds=number * 7 + writer),
            probability=(number + writer) % 10 / 10,
        )
        for number in range(rounds)
    ]


def refresh(url: str) -> None:
    """Project everything."""
    with closing(Database(url, "serving")) as database:
        Worklist(database).refresh(MODEL, None, NOON - _OPEN_FOR, NOON + timedelta(hours=1))


def read(url: str) -> Sequence[OpenShipment]:
    """The worklist as it was projected last."""
    with closing(Database(url, "serving")) as database:
        return read_all(Worklist(database))


def read_all(worklist: port.Worklist) -> Sequence[OpenShipment]:
    """All open shipments."""
    return worklist.read(WorklistFilter(MODEL, NOON - _OPEN_FOR), 100, 10).page


def work(url: str, role: Role, number: int, barrier: Barrier) -> None:
    """Write predictions and an outcome as a replica does that has no worklist, or project and clean up, in turns."""
    with closing(Database(url, "serving")) as database:
        log, worklist = PredictionLog(database), Worklist(database)
        barrier.wait()
        for index, prediction in enumerate(predictions_of_days(number)):
            if role == "writes":
                log.append([prediction])
            else:
                worklist.refresh(MODEL, None, NOON - _OPEN_FOR, NOON + timedelta(seconds=index))
                worklist.drop_closed(MODEL, NOON - _OPEN_FOR)
        if role == "writes":
            OutcomeLog(database).append([outcome(number)])

"""The worklist of several processes: killed while they project, projecting at once, and beside writers without one."""

from contextlib import closing

import pytest

from adapters.sql import Database, PredictionLog
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog as FakeLog
from fakes.prediction_reader import PredictionReader
from fakes.worklist import Worklist
from support import crashes, postgres_server
from support.builders import outcome
from support.worklist_processes import predictions_of_days, read, read_all, refresh, work

WRITERS = (1, 2)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request, tmp_path):
    """A database with all tables."""
    if request.param == "PostgreSQL":
        return postgres_server.upgraded(postgres_server.fresh("serving"), "serving")
    return postgres_server.upgraded(f"sqlite:///{tmp_path}/serving.db", "serving")


def append(url, predictions):
    with closing(Database(url, "serving")) as database:
        PredictionLog(database).append(predictions)


def read_plainly(predictions, *outcomes):
    """What a query over the whole log would return."""
    log, actions = FakeLog(), ActionLog()
    log.append(predictions)
    known = OutcomeLog(PredictionReader(log))
    known.append(outcomes)
    return read_all(Worklist(log, known, actions))


def newest(shipments):
    """Which prediction each has."""
    return {one.shipment_id: (one.predicted_at, one.probability) for one in shipments}


@pytest.mark.parametrize("call", range(1, 7))
def test_killed_projection__is_completed_by_the_next_one(url, call):
    """Each of three days writes twice: its shipments, and then up to where it is projected."""
    predictions = predictions_of_days(1)
    append(url, predictions[:30])

    crashes.killed_before_call(call, "adapters.sql.open_shipments:_insert", refresh, url)
    append(url, predictions[30:])
    refresh(url)

    assert newest(read(url)) == newest(read_plainly(predictions))


def test_projections_at_once__beside_writers_without_a_worklist_miss_nothing(url):
    roles = [*(("writes", number) for number in WRITERS), ("projects", 3), ("projects", 4)]
    crashes.at_once(work, [(url, role, number) for role, number in roles])
    refresh(url)

    predictions = [row for number in WRITERS for row in predictions_of_days(number)]
    plainly = read_plainly(predictions, *(outcome(number) for number in WRITERS))
    assert newest(read(url)) == newest(plainly)

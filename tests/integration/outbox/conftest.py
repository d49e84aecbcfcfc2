"""A PostgreSQL server that tests stop and freeze, and logs with an outbox in front of it."""

from contextlib import closing

import pytest

from adapters.outbox import Outbox, OutboxPredictionLog, OutboxPredictionReader
from adapters.sql import Database, PredictionLog, PredictionReader
from delay_core.ports.prediction_reader import PredictionFilter
from fakes.prediction_log import PredictionLog as FakeLog
from infra.local.waiting import wait_until
from support import postgres_server

TABLES = (
    "serving_logs",
    "serving_daily",
    "idempotency_keys",
    "superseded_predictions",
    "erasures",
    "outcomes",
    "actions",
    "audit_log",
)


@pytest.fixture(scope="module")
def running_server():
    """A server of this module alone."""
    with postgres_server.started(fsync=False) as server:
        yield server


@pytest.fixture
def server(running_server):
    """That server, running and empty."""
    postgres_server.revive(running_server, *TABLES)
    return running_server


@pytest.fixture
def database(server):
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        PredictionReader(database).read_page(PredictionFilter())  # the first call takes longer than the deadline
        yield database
        wait_until(lambda: database._engine.pool.checkedout() == 0, 30)  # calls that exceeded the deadline end, too


@pytest.fixture
def fake_database():
    return FakeLog()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "serving-journal.db"


@pytest.fixture
def outbox(tmp_path):
    with closing(Outbox(tmp_path / "outbox" / "outbox.db")) as outbox:
        yield outbox


@pytest.fixture
def log(outbox, database):
    return OutboxPredictionLog(outbox, PredictionLog(database))


@pytest.fixture
def reader(outbox, database):
    return OutboxPredictionReader(outbox, PredictionReader(database))

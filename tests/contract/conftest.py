"""Every PredictionLog, for the two suites that hold all of them to the port."""

from contextlib import closing
from types import SimpleNamespace

import pytest

from adapters.journal import Journal
from adapters.journal import PredictionLog as Journaled
from adapters.postgres import Database
from adapters.postgres import PredictionLog as Stored
from fakes.prediction_log import PredictionLog as InMemory
from support import postgres_server
from support.drained_log import Drained


@pytest.fixture(params=["in memory", "SQLite", "PostgreSQL", "behind a journal", "out of a journal"])
def logs(request, tmp_path):
    """The log as the service has it, and as the operator has it who erases."""
    if request.param == "in memory":
        log = InMemory()
        yield SimpleNamespace(log=log, operators=log)
    elif request.param == "SQLite":
        with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            yield SimpleNamespace(log=Stored(database), operators=Stored(database))
    elif request.param != "PostgreSQL":
        with (
            closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database,
            closing(Journal(tmp_path / "journal.db", deadline=30)) as journal,
        ):
            stored = Stored(database)
            straight = request.param == "behind a journal"
            log = Journaled(journal, stored) if straight else Drained(journal, Journaled, stored)
            yield SimpleNamespace(log=log, operators=log)
    else:
        postgres_server.emptied("serving", "serving_logs", "serving_daily", "idempotency_keys")
        serving, operator = (postgres_server.as_role("serving", role) for role in ("serving", "operator"))
        yield SimpleNamespace(log=Stored(serving), operators=Stored(operator))


@pytest.fixture
def log(logs):
    return logs.log

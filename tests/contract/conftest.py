"""Every PredictionLog, for the two suites that hold all of them to the port; and which tests need no adapter."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from fakes.prediction_log import PredictionLog as InMemory
from support.lazy_module import LazyModule

journal, postgres = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark as `real` what does not run on a fake: `-m "not real"` selects the rest, which is quick."""
    for item in items:
        on_fake = hasattr(item, "callspec") and "fake" in item.callspec.params.values()
        if item.path.parent == FOLDER and not on_fake:
            item.add_marker(pytest.mark.real)


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "behind a journal", "out of a journal"])
def logs(request, tmp_path):
    """The log as the service has it, and as the operator has it who erases."""
    if request.param == "fake":
        log = InMemory()
        yield SimpleNamespace(log=log, operators=log)
    elif request.param == "SQLite":
        with closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            yield SimpleNamespace(log=postgres.PredictionLog(database), operators=postgres.PredictionLog(database))
    elif request.param != "PostgreSQL":
        with (
            closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database,
            closing(journal.Journal(tmp_path / "journal.db", deadline=30)) as buffer,
        ):
            stored = postgres.PredictionLog(database)
            straight = request.param == "behind a journal"
            log = (
                journal.PredictionLog(buffer, stored)
                if straight
                else drained_log.Drained(buffer, journal.PredictionLog, stored)
            )
            yield SimpleNamespace(log=log, operators=log)
    else:
        postgres_server.emptied("serving", "serving_logs", "serving_daily", "idempotency_keys")
        serving, operator = (postgres_server.as_role("serving", role) for role in ("serving", "operator"))
        yield SimpleNamespace(log=postgres.PredictionLog(serving), operators=postgres.PredictionLog(operator))


@pytest.fixture
def log(logs):
    return logs.log

"""Every adapter of the prediction log's ports, for the suites that compare them; and the tests that need no adapter."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from fakes.erasure_log import ErasureLog as FakeErasures
from fakes.prediction_log import PredictionLog as FakeLog
from fakes.prediction_reader import PredictionReader as FakeReader
from fakes.prediction_retention import PredictionRetention as FakeRetention
from support.lazy_module import LazyModule

outbox, sql = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark as `real` what does not run on a fake: `-m "not real"` selects the rest, which is fast."""
    for item in items:
        if item.path.parent == FOLDER and not (hasattr(item, "callspec") and "fake" in item.callspec.params.values()):
            item.add_marker(pytest.mark.real)


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "through an outbox", "out of an outbox"])
def prediction_ports(request, tmp_path):
    """Log and reader of the service, and retention of the operator."""
    if request.param == "fake":
        log = FakeLog()
        yield SimpleNamespace(log=log, reader=FakeReader(log), retention=FakeRetention(log), erasures=FakeErasures(log))
    elif request.param == "PostgreSQL":
        postgres_server.emptied(
            "serving", "serving_logs", "serving_daily", "idempotency_keys", "superseded_predictions", "erasures"
        )
        serving, operator = (postgres_server.as_role("serving", role) for role in ("serving", "operator"))
        yield _sql_ports(serving, operator)
    else:
        with closing(sql.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            ports = _sql_ports(database, database)
            if request.param == "SQLite":
                yield ports
                return
            with closing(outbox.Outbox(tmp_path / "outbox.db", deadline=30)) as box:
                if request.param == "through an outbox":
                    log = outbox.OutboxPredictionLog(box, ports.log)
                else:
                    log = drained_log.DrainedLog(box, outbox.OutboxPredictionLog, ports.log)
                yield SimpleNamespace(
                    log=log,
                    reader=outbox.OutboxPredictionReader(box, ports.reader),
                    retention=outbox.OutboxPredictionRetention(box, ports.retention),
                    erasures=ports.erasures,
                )


def _sql_ports(service, operator):
    return SimpleNamespace(
        log=sql.PredictionLog(service),
        reader=sql.PredictionReader(service),
        retention=sql.PredictionRetention(operator),
        erasures=sql.ErasureLog(service),
    )


@pytest.fixture
def log(prediction_ports):
    return prediction_ports.log


@pytest.fixture
def reader(prediction_ports):
    return prediction_ports.reader


@pytest.fixture
def retention(prediction_ports):
    return prediction_ports.retention


@pytest.fixture
def erasures(prediction_ports):
    return prediction_ports.erasures

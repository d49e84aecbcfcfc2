"""PostgreSQL behind a pooler that gives each transaction any server session, as PgBouncer in transaction mode does."""

import logging
from contextlib import ExitStack, closing
from time import monotonic

import psycopg
import pytest

from adapters.sql import (
    ConnectionOptions,
    Database,
    OutcomeLog,
    PredictionLog,
    PredictionReader,
    PredictionRetention,
)
from delay_core.errors import StoreError
from support import postgres_server
from support.builders import keyed_request, logged_predictions, outcome
from support.pgbouncer import transaction_pooler
from support.prediction_pages import ids_in, read_ids

SHORT = ConnectionOptions(statement_timeout_seconds=0.1, lock_timeout_seconds=0.1)


@pytest.fixture(params=["detected", "assumed"])
def databases(request):
    """The database as service, operator and owner; "assumed" needs no pooler on this machine."""
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "idempotency_keys", "erasures")
    roles = ("serving", "operator", "serving_owner")
    urls = [postgres_server.server().url("serving", role) for role in roles]
    with ExitStack() as stack:
        if request.param == "detected":
            urls = stack.enter_context(transaction_pooler(*urls))
        opened = [stack.enter_context(closing(Database(url, "serving", SHORT))) for url in urls]
        if request.param == "assumed":
            for database in opened:
                database._connector.behind_pooler = True
        yield opened


def test_every_operation__works_behind_a_pooler(databases, caplog):
    service, operator, owner = databases
    log, reader, outcomes = PredictionLog(service), PredictionReader(service), OutcomeLog(service)
    few, many = logged_predictions(1, 3), logged_predictions(2, 200)
    request = keyed_request(1, 2)

    assert owner.upgrade().up_to_date
    with caplog.at_level(logging.WARNING):
        for _ in range(8):  # more often than a statement is executed before the driver prepares it
            log.append(few)
            log.append(many)
            outcomes.append([outcome(1)])
        assert log.append_once([request]) == log.append_once([request]) == [request.answer]
    assert service._connector.behind_pooler
    assert sorted(read_ids(reader)) == ids_in(few, many, request.predictions)
    assert len(outcomes.history("S-1")) == 1
    assert PredictionRetention(operator).erase("S-2") == 200
    assert sorted(read_ids(reader)) == ids_in(few, request.predictions)


def test_stream__needs_a_session_of_its_own(databases):
    service, _, _ = databases
    assert PredictionLog(service, append_timeout=30).open_stream() is None
    assert service._engine.pool.checkedout() == 0


def test_timeouts__are_those_of_the_settings_and_of_no_other_client(databases):
    service, _, owner = databases
    start = monotonic()
    for call in (service.connect, service.begin):
        with pytest.raises(StoreError, match="statement timeout"), call("sleep") as connection:
            connection.exec_driver_sql("SELECT pg_sleep(5)")
    assert monotonic() - start < 4
    url = service._url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        assert other.execute("SHOW statement_timeout").fetchone() == ("0",)
    with owner._migration_engine() as engine, engine.begin() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"


def test_statements__are_not_compiled_in_the_sessions_of_the_product_alone(databases):
    """Compiling takes longer than the statement."""
    service, _, _ = databases
    for call in (service.connect, service.begin):
        with call("read") as connection:
            assert connection.exec_driver_sql("SHOW jit").scalar() == "off"
    url = service._url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        assert other.execute("SHOW jit").fetchone() == ("on",)


def test_pooler__is_a_warning(caplog):
    direct = postgres_server.server().url("serving", "serving")
    with transaction_pooler(direct) as [pooled], caplog.at_level(logging.WARNING):
        for url in (pooled, direct):
            with closing(Database(url, "serving")) as database:
                database.open()
    [message] = caplog.messages
    assert "a connection pooler is between this process and PostgreSQL" in message
    assert "postgresql://serving:***@127.0.0.1" in message


def test_timeouts_and_pools__are_those_of_the_options():
    options = ConnectionOptions(
        max_readers=1, max_writers=2, pool_timeout_seconds=0.05, statement_timeout_seconds=7, lock_timeout_seconds=3
    )
    names = ("statement_timeout", "lock_timeout")
    url = postgres_server.server().url("serving", "serving")
    with closing(Database(url, "serving", options)) as database, database.connect("read") as connection:
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names] == ["7s", "3s"]
        with pytest.raises(StoreError, match="limit of size 1"), database.connect("read"):
            pass
        with database.begin("write"), database.begin("write"):  # readers do not stop writers
            pass

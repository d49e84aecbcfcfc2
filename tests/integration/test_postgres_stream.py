"""Predictions over PostgreSQL's asynchronous commands: no method waits, and a lost connection is noticed."""

import os
import select
import signal
from contextlib import closing, contextmanager

import psycopg
import pytest

from adapters.sql import Database, PredictionLog, PredictionReader
from adapters.sql.postgresql import months
from delay_core.errors import StoreError
from support import postgres_server
from support.builders import NOON, logged_predictions
from support.prediction_pages import ids_in, read_ids

TIMEOUT = 30


@pytest.fixture
def database():
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "erasures")
    with closing(Database(postgres_server.server().url("serving", "serving"), "serving")) as database:
        months.create_missing(database, [NOON])
        yield database


@pytest.fixture
def log(database):
    return PredictionLog(database, append_timeout=TIMEOUT)


@pytest.fixture
def reader(database):
    return PredictionReader(database)


@pytest.fixture
def stream(log):
    with closing(log.open_stream()) as stream:
        yield stream


def receive(stream) -> None:
    """Return when the batch is durable."""
    while not stream.receive():
        assert select.select([stream], [], [], TIMEOUT)[0], "no answer"


@contextmanager
def stopped_backend(stream):
    """The server's process reads nothing within the block."""
    pid = stream._connection.info.backend_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_batch__is_not_durable_before_its_transaction_ends(stream, reader):
    batch = logged_predictions(1, 2)
    with psycopg.connect(postgres_server.server().url("serving", "serving_owner")) as other:
        other.execute("LOCK TABLE serving_logs")
        assert stream.send(batch)
        assert stream.flush()
        assert not stream.receive()
        assert not select.select([stream], [], [], 0.2)[0]
    receive(stream)
    assert sorted(read_ids(reader)) == ids_in(batch)


def test_batch_that_is_larger_than_the_connection_takes__is_sent_in_parts():
    batch = logged_predictions(1, 100, request_data={"text": "x" * 100_000})
    with (
        postgres_server.started(fsync=False) as server,
        closing(Database(server.url("serving", "serving"), "serving")) as database,
        closing(PredictionLog(database, append_timeout=TIMEOUT).open_stream()) as stream,
    ):
        months.create_missing(database, [NOON])
        with stopped_backend(stream):
            assert stream.send(batch)
            assert not stream.flush()
            assert not select.select([], [stream], [], 0.1)[1]
        while not stream.flush():
            assert select.select([], [stream], [], TIMEOUT)[1], "nothing more is taken"
        receive(stream)
        assert sorted(read_ids(PredictionReader(database))) == ids_in(batch)


def test_batch_of_many_rows__has_to_be_appended(stream, reader):
    assert not stream.send(logged_predictions(1, 101))
    assert read_ids(reader) == []


def test_stream__works_on_after_a_refused_batch(log, reader, stream):
    batch = logged_predictions(1, 3)
    log.append(batch)
    assert stream.send(batch)
    assert stream.flush()
    with pytest.raises(StoreError):
        receive(stream)

    assert stream.send(later := logged_predictions(2, 1))
    assert stream.flush()
    receive(stream)
    assert sorted(read_ids(reader)) == ids_in(batch, later)


def test_month_without_a_partition__is_refused_and_created_by_append(log, reader, stream):
    batch = logged_predictions(1, 1, predicted_at=NOON.replace(year=2061))
    assert stream.send(batch)
    with pytest.raises(StoreError, match="partition"):
        receive(stream)
    log.append(batch)
    assert read_ids(reader) == ids_in(batch)


@pytest.mark.parametrize("when", ["idle", "with a batch"])
def test_lost_connection__is_an_error(stream, when):
    server = postgres_server.server()
    with psycopg.connect(server.url("serving", "serving_owner")) as blocker:
        if when == "with a batch":
            blocker.execute("LOCK TABLE serving_logs")
            assert stream.send(logged_predictions(1, 2))
            assert stream.flush()
        with psycopg.connect(server.url("serving", "serving"), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (stream._connection.info.backend_pid,))
        with pytest.raises(StoreError, match="interrupted"):
            receive(stream)


def test_stream__takes_no_connection_from_the_pool_and_closes_its_own(database, log):
    stream = log.open_stream()
    assert database._engine.pool.checkedout() == 0
    stream.close()
    assert stream._connection.closed
    assert database._engine.pool.checkedout() == 0


def test_embedded_database__has_no_stream(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as embedded:
        assert PredictionLog(embedded, append_timeout=TIMEOUT).open_stream() is None


def test_server_that_refuses_connections__is_an_error():
    with closing(Database("postgresql://serving@127.0.0.1:1/serving", "serving")) as unreachable:
        log = PredictionLog(unreachable, append_timeout=TIMEOUT)
        with pytest.raises(StoreError, match="is the server up"):
            log.open_stream()

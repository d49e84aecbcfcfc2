"""PostgreSQL that restarts, is unavailable, or loses connections: no prediction is lost or doubled."""

import threading
from collections import UserDict
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from adapters.sql import Database, OutcomeLog, PredictionLog, PredictionReader
from delay_core.errors import StoreError, StoreUnreachable
from delay_core.ports.prediction_log import LoggedPrediction
from support import postgres_server
from support.builders import NOON, logged_predictions, outcome
from support.prediction_pages import ids_in, read_ids


@pytest.fixture(scope="module")
def running_server():
    """A server of this module alone, which flushes every commit to the disk."""
    with postgres_server.started() as server:
        yield server


@pytest.fixture
def server(running_server):
    """That server, running and empty."""
    postgres_server.revive(running_server, "serving_logs", "serving_daily", "outcomes")
    return running_server


@pytest.fixture
def database(server):
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        yield database


def test_refused_connection__is_an_error_of_its_own():
    with closing(Database("postgresql://serving@127.0.0.1:1/serving", "serving")) as database:
        with pytest.raises(StoreUnreachable, match="is the server up"):
            PredictionLog(database).append(logged_predictions(1, 1))
        with pytest.raises(StoreUnreachable, match="is the server up"):
            OutcomeLog(database).history("S-1")


def batch(number, size=20, text="") -> list[LoggedPrediction]:
    """Predictions of one hour."""
    first = NOON + timedelta(hours=number)
    return logged_predictions(number, size, predicted_at=first, request_data={"text": text})


@pytest.mark.parametrize("immediate", [False, True], ids=["stopped", "as by a power cut"])
def test_restarts_under_load__lose_and_double_nothing(server, database, immediate):
    log, reader = PredictionLog(database), PredictionReader(database)
    acknowledged, refused = [], []
    appended, done = threading.Semaphore(0), threading.Event()

    def write():
        number = 0
        while not done.is_set():
            rows = batch(number)
            number += 1
            while True:  # as the outbox does: repeated until it is acknowledged
                try:
                    log.append(rows)
                    break
                except StoreError as error:
                    refused.append(str(error))
            acknowledged.append(rows)
            appended.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            for _ in range(10):
                assert appended.acquire(timeout=30)
            server.stop(immediate=immediate)
            server.restart()
        assert appended.acquire(timeout=30)
    finally:
        done.set()
        writer.join()

    assert refused
    assert all("can be repeated" in message for message in refused)
    assert not any(server.passwords["serving"] in message for message in refused)
    assert sorted(read_ids(reader)) == ids_in(*acknowledged)


def test_restart__the_next_call_reconnects(server, database):
    log, reader = PredictionLog(database), PredictionReader(database)
    log.append(first := batch(1))
    server.restart()

    assert sorted(read_ids(reader)) == ids_in(first)
    server.restart()
    log.append(second := batch(2))

    assert sorted(read_ids(reader)) == ids_in(first, second)


@pytest.mark.parametrize("size", [20, 200])
def test_connection_lost_in_append__writes_nothing(server, database, size):
    log, reader = PredictionLog(database), PredictionReader(database)
    log.append(first := batch(1))
    second = batch(2, size)

    class ConnectionKiller(UserDict):
        """Request data that ends every connection of the service when it is serialized."""

        def __iter__(self):
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE usename = 'serving'")
            return iter(self.data)

    object.__setattr__(second[-10], "request_data", ConnectionKiller(second[-10].request_data))
    with pytest.raises(StoreError, match="can be repeated"):
        log.append(second)

    assert sorted(read_ids(reader)) == ids_in(first)
    object.__setattr__(second[-10], "request_data", {})
    log.append(second)
    assert sorted(read_ids(reader)) == ids_in(first, second)


def test_unavailable_server__is_reported_without_the_password(server, database):
    server.stop()

    for call in (
        lambda: PredictionLog(database).append(batch(1)),
        lambda: OutcomeLog(database).append([outcome()]),
        lambda: PredictionReader(database).get(uuid4()),
        database.upgrade,
    ):
        with pytest.raises(StoreError, match="is the server up") as error:
            call()
        assert server.passwords["serving"] not in str(error.value)
        assert f"postgresql://serving:***@127.0.0.1:{server.port}/serving" in str(error.value)


@pytest.mark.parametrize("size", [1, 300])
def test_number_beyond_its_column__is_a_store_error_and_nothing_is_written(size, database):
    log = PredictionLog(database)
    with pytest.raises(StoreError, match="log"):
        log.append([*logged_predictions(1, size), *logged_predictions(2, 1, model_version=2**40)])

    log.append(batch := logged_predictions(3, size))

    assert sorted(read_ids(PredictionReader(database))) == ids_in(batch)

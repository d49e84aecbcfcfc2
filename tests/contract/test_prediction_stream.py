"""Every PredictionStream: what it says is durable was added as by `append`, and what it refuses can be appended."""

import select
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from delay_core.errors import StoreError
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.prediction_retention import PredictionRetention
from fakes.prediction_stream import PredictionStream
from support.builders import NOON, logged_predictions
from support.lazy_module import LazyModule
from support.prediction_pages import ids_in, read_all, read_ids

outbox, sql = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
months, postgres_server = LazyModule("adapters.sql.postgresql.months"), LazyModule("support.postgres_server")
TIMEOUT = 30
DAY = NOON.date()


@pytest.fixture(params=["fake", "PostgreSQL", "through an outbox"])
def ports(request, tmp_path):
    """A log with a stream that is open, its reader, and the retention of the operator."""
    if request.param == "fake":
        log = PredictionLog()
        with closing(PredictionStream(log)) as stream:
            yield SimpleNamespace(
                log=log, stream=stream, reader=PredictionReader(log), retention=PredictionRetention(log)
            )
        return
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "erasures")
    with (
        closing(sql.Database(postgres_server.server().url("serving", "serving"), "serving")) as database,
        closing(outbox.Outbox(tmp_path / "outbox.db", deadline=TIMEOUT)) as box,
    ):
        months.create_missing(database, [NOON, NOON + timedelta(days=1)])
        log = sql.PredictionLog(database, append_timeout=TIMEOUT)
        if request.param == "through an outbox":
            log = outbox.OutboxPredictionLog(box, log)
        with closing(log.open_stream()) as stream:
            retention = sql.PredictionRetention(postgres_server.as_role("serving", "operator"))
            yield SimpleNamespace(log=log, stream=stream, reader=sql.PredictionReader(database), retention=retention)


def receive(stream) -> None:
    """Return when the batch is durable."""
    while not stream.receive():
        assert select.select([stream], [], [], TIMEOUT)[0], "no answer"


def write(stream, batch) -> None:
    assert stream.send(batch)
    while not stream.flush():
        select.select([], [stream], [], TIMEOUT)
    receive(stream)


def test_batches__are_added_and_counted_as_by_append(ports):
    batches = [
        [
            *logged_predictions(1, 3, request_data={"b": 1e-17, "naïve": "%s $1 '\\n€"}),
            replace(logged_predictions(2, 1)[0], probability=None, late=None, error="broken", point=None),
        ],
        logged_predictions(3, 100, predicted_at=NOON + timedelta(days=1)),
    ]
    for batch in batches:
        write(ports.stream, batch)

    def counts():
        return [
            (day.rows, day.late, day.errors, pytest.approx(day.mean_probability))
            for day in ports.reader.count_by_day(DAY, DAY + timedelta(days=2))
        ]

    assert sorted(read_all(ports.reader), key=str) == sorted((row for batch in batches for row in batch), key=str)
    streamed = counts()
    for batch in batches:
        ports.log.append(batch)  # they exist
    assert counts() == streamed
    assert sum(rows for rows, *_ in streamed) == 104


def test_receive__is_false_before_anything_was_sent(ports):
    assert not ports.stream.receive()
    assert ports.stream.timeout_seconds == TIMEOUT


@pytest.mark.parametrize("spoilt", ["a row exists", "a shipment was erased"])
def test_batch_that_needs_checks__is_refused_whole_and_can_be_appended(ports, spoilt):
    batch = logged_predictions(1, 3)
    if spoilt == "a row exists":
        ports.log.append(batch[:1])
    else:
        ports.retention.erase("another")
    before = read_ids(ports.reader)

    assert ports.stream.send(batch)
    assert ports.stream.flush()
    with pytest.raises(StoreError):
        receive(ports.stream)
    assert read_ids(ports.reader) == before
    ports.log.append(batch)

    assert sorted(read_ids(ports.reader)) == ids_in(batch)

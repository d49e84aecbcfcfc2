"""Idempotency keys during outages, and erasure and retention that reach the outbox."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.outbox import (
    Outbox,
    OutboxPredictionLog,
    OutboxPredictionRetention,
)
from adapters.sql import Database, PredictionLog, PredictionRetention
from delay_core.errors import StoreError
from support.builders import NOON, keyed_request, logged_predictions
from support.outbox_processes import wait_until_forwarded
from support.prediction_pages import ids_in, read_ids


def test_keys__are_known_while_the_database_is_unavailable(server, outbox, log, reader, database):
    log.append_once([before := keyed_request(1)])
    server.stop()
    during = keyed_request(2)
    assert log.append_once([during]) == [during.answer]

    again = log.append_once([keyed_request(2), keyed_request(1), new := keyed_request(3), keyed_request(3)])

    other = OutboxPredictionLog(outbox, PredictionLog(database))  # as another process with the same file
    assert again == [during.answer, before.answer, new.answer, new.answer]
    assert other.append_once([keyed_request(2)]) == [during.answer]
    assert other.find_answer(during.answer.key) == during.answer
    assert log.find_answer(before.answer.key) == before.answer
    assert log.find_answer("f" * 64) is None
    server.restart()
    outbox.start()
    wait_until_forwarded(outbox)
    assert sorted(read_ids(reader)) == ids_in(before.predictions, during.predictions, new.predictions)


def test_keys__answered_by_two_replicas_are_resolved_when_they_forward(server, reader, database, tmp_path):
    with closing(Outbox(tmp_path / "one.db")) as one, closing(Outbox(tmp_path / "two.db")) as two:
        first, second = (
            OutboxPredictionLog(one, PredictionLog(database)),
            OutboxPredictionLog(two, PredictionLog(database)),
        )
        server.stop()
        first.append_once([kept := keyed_request(1)])
        second.append_once([late := keyed_request(1), alone := keyed_request(2)])
        server.restart()
        one.start()
        wait_until_forwarded(one)
        two.start()
        wait_until_forwarded(two)

        assert second.find_answer(kept.answer.key) == kept.answer
        assert sorted(read_ids(reader)) == ids_in(kept.predictions, alone.predictions)
        superseded = reader.get_many([row.prediction_id for row in late.predictions])
        assert {row.superseded_by for row in superseded.values()} == {kept.answer.request_id}
        assert (one.state().superseded, two.state().superseded) == (0, 2)


def test_keys__a_request_larger_than_a_batch_is_forwarded_as_a_whole(server, outbox, log, reader):
    server.stop()
    log.append(batch := logged_predictions(0, 10))
    log.append_once([large := keyed_request(1, 4500), small := keyed_request(2)])
    server.restart()
    outbox.start()
    wait_until_forwarded(outbox)

    assert sorted(read_ids(reader)) == ids_in(batch, large.predictions, small.predictions)
    assert log.find_answer(large.answer.key) == large.answer


def test_erase__deletes_rows_of_the_outbox(server, outbox, log, reader):
    owner = Database(server.url("serving", "operator"), "serving")
    server.stop()
    log.append(logged_predictions(1) + (kept := logged_predictions(2)))
    mixed = keyed_request(3)
    mixed = replace(mixed, predictions=(mixed.predictions[0], replace(mixed.predictions[1], shipment_id="S-1")))
    log.append_once([mixed, other := keyed_request(4)])
    with closing(owner), closing(Outbox(outbox.file.path)) as opened:
        retention = OutboxPredictionRetention(opened, PredictionRetention(owner))
        with pytest.raises(StoreError):
            retention.erase("S-1")
        log.append(logged_predictions(1, 5))
        server.restart()
        assert retention.erase("S-1") == 5
    answers = [log.find_answer(request.answer.key) for request in (mixed, other)]
    outbox.start()
    wait_until_forwarded(outbox)

    assert answers == [None, other.answer]
    assert sorted(read_ids(reader)) == ids_in(kept, mixed.predictions[:1], other.predictions)


def test_drop_before__deletes_rows_of_the_outbox(server, outbox, log, reader):
    server.stop()
    old = [replace(row, predicted_at=NOON - timedelta(hours=1)) for row in logged_predictions(1)]
    log.append(old + (kept := logged_predictions(2)))
    log.append_once([keyed := keyed_request(3)])
    server.restart()
    operator = Database(server.url("serving", "operator"), "serving")
    with closing(operator), closing(Outbox(outbox.file.path)) as opened:
        dropped = OutboxPredictionRetention(opened, PredictionRetention(operator)).drop_before(NOON)
    log = OutboxPredictionLog(outbox, log._inner)
    outbox.start()
    wait_until_forwarded(outbox)

    assert dropped == 20
    assert sorted(read_ids(reader)) == ids_in(kept, keyed.predictions)

"""Rows that the database refuses become dead letters; errors of callers and of the outbox's file are reported."""

from contextlib import closing

import pytest

from adapters.outbox import (
    OutboxPredictionLog,
)
from adapters.sql import Database, PredictionLog
from delay_core.ports.prediction_reader import PredictionFilter
from infra.local.waiting import wait_until
from support.builders import keyed_request, logged_predictions
from support.outbox_processes import wait_until_forwarded
from support.prediction_pages import ids_in, read_ids


def poison(number) -> list:
    """A row that PostgreSQL refuses: its version does not fit into the column."""
    return logged_predictions(number, 1, model_version=2**40)


def test_dead_letters__do_not_block_the_other_rows(server, outbox, log, reader):
    server.stop()
    good = [logged_predictions(number) for number in range(30)]
    for number, batch in enumerate(good):
        log.append(batch)
        if number in (0, 10, 29):
            log.append(poison(1000 + number))
    log.append_once([bad := keyed_request(7, model_version=2**40), fine := keyed_request(8)])
    server.restart()
    outbox.start()
    wait_until(lambda: outbox.state().pending == 0, 30)
    state = outbox.state()

    assert (state.dead_letters, state.database_up) == (3 + 3, True)
    assert "out of range" in state.last_error
    assert sorted(read_ids(reader)) == ids_in(*good, fine.predictions)
    assert log.find_answer(bad.answer.key) == bad.answer
    assert reader.get(bad.predictions[0].prediction_id) == bad.predictions[0]


def test_dead_letters__do_not_block_later_rows_while_the_database_is_available(outbox, log, reader):
    outbox.start()

    log.append([wrong := poison(1)[0], *(batch := logged_predictions(1))])
    log.append(more := logged_predictions(2))
    wait_until(lambda: (state := outbox.state()).dead_letters == 1 and state.pending == 0, 30)

    assert read_ids(reader) == [row.prediction_id for row in batch + more]
    assert reader.get(wrong.prediction_id) == wrong


def test_dead_letters__are_retried_at_the_next_start(server, outbox, log, reader):
    too_long_for_an_index = "".join(chr(0x4E00 + number) for number in range(9000))
    outbox.start()
    log.append(logged_predictions(1, 1, shipment_id=too_long_for_an_index) + (batch := logged_predictions(1)))
    wait_until(lambda: outbox.state().dead_letters == 1, 30)
    outbox.close()
    execute_as_owner(server, "DROP INDEX serving_logs_shipment")
    try:
        outbox.start()
        wait_until(lambda: outbox.state().dead_letters == 0, 30)

        assert len(read_ids(reader)) == len(batch) + 1
    finally:
        execute_as_owner(server, "TRUNCATE serving_logs, serving_daily")
        execute_as_owner(server, "CREATE INDEX serving_logs_shipment ON serving_logs (shipment_id, timestamp)")


def test_dead_letters__refused_again_do_not_mark_the_database_down(outbox, log, reader):
    outbox.start()
    log.append(poison(1) + logged_predictions(1))
    wait_until(lambda: outbox.state().dead_letters == 1, 30)
    outbox.close()
    outbox.start()
    log.append(more := logged_predictions(2))
    wait_until_forwarded(outbox)

    state = outbox.state()

    assert (state.pending, state.dead_letters, state.database_up) == (0, 1, True)
    assert "out of range" in state.last_error
    assert read_ids(reader)[-20:] == [row.prediction_id for row in more]


def execute_as_owner(server, statement):
    with (
        closing(Database(server.url("serving", "serving_owner"), "serving")) as owner,
        owner.begin("change") as connection,
    ):
        connection.exec_driver_sql(statement)


def test_errors_of_the_caller__are_raised_and_enqueue_nothing(outbox, reader):
    with pytest.raises(ValueError, match="outside 1 to 1000"):
        reader.read_page(PredictionFilter(), 0)

    class OddLog(PredictionLog):
        def append(self, batch):
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        OutboxPredictionLog(outbox, OddLog(None)).append(logged_predictions(1))
    assert outbox.state().pending == 0

"""Several processes and machines with outboxes: keys, and erasures; the database is a fake one."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from adapters.outbox import forwarder, store
from fakes.prediction_retention import PredictionRetention
from infra.local.waiting import wait_until
from support.builders import keyed_request, logged_predictions
from support.drained_log import drain
from support.outbox_processes import replica


def test_keys__answered_directly_are_known_to_the_other_workers(path, fake_database):
    with closing(replica(path, fake_database)) as one, closing(replica(path, fake_database)) as two:
        one.log.append_once([before := keyed_request(1)])
        one.outbox.forwarder._write_answers()  # as its thread does
        one.connection.down = two.connection.down = True
        during = keyed_request(2)

        assert two.log.append_once([keyed_request(1), during]) == [before.answer, during.answer]
        assert two.log.find_answer(before.answer.key) == before.answer
        assert one.log.append_once([keyed_request(2)]) == [during.answer]
        one.connection.down = two.connection.down = False
        drain(one.outbox)
        one.connection.down = two.connection.down = True
        assert two.log.append_once([keyed_request(2)]) == [during.answer]  # forwarded meanwhile

        assert len(fake_database.predictions) == 4


@pytest.mark.parametrize(("answer", "known"), [("{}", 3), ("x" * 3 * store.RECENT_ANSWER_UNIT, 1)])
def test_remembered_answers__are_limited_in_number_and_size(answer, known, path, fake_database, monkeypatch):
    monkeypatch.setattr(store, "MAX_RECENT_ANSWERS", 3)
    requests = [keyed_request(number, 1, answer=answer) for number in range(5)]
    with closing(replica(path, fake_database)) as one:
        for request in requests:
            one.log.append_once([request])
            one.outbox.forwarder._write_answers()  # as its thread does
        one.log._channel.database_down = one.connection.down = True

        answers = [one.log.find_answer(request.answer.key) for request in requests]

    assert answers == [None] * (5 - known) + [request.answer for request in requests[5 - known :]]


def test_keys__of_two_replicas_keep_the_predictions_of_the_later_one(tmp_path, fake_database, caplog):
    with (
        closing(replica(tmp_path / "one.db", fake_database)) as one,
        closing(replica(tmp_path / "two.db", fake_database)) as two,
    ):
        one.connection.down = two.connection.down = True
        first, second, alone = keyed_request(1), keyed_request(1), keyed_request(2)
        one.log.append_once([first])
        two.log.append_once([second, alone])
        one.connection.down = two.connection.down = False
        drain(one.outbox)
        drain(two.outbox)

        lost = [two.reader.get(row.prediction_id) for row in second.predictions]
        assert [row.superseded_by for row in lost] == [first.answer.request_id] * 2
        assert [(one.outbox.state().superseded), two.outbox.state().superseded] == [0, 2]
        assert [row.prediction_id for row in lost] == [row.prediction_id for row in second.predictions]
        assert len(fake_database.predictions) == 4
        assert two.log.find_answer(second.answer.key) == first.answer
        assert "2 predictions are superseded" in caplog.text


def test_erasure_on_another_machine__reaches_pending_rows_dead_letters_and_answers(path, fake_database):
    with closing(replica(path, fake_database)) as one:
        one.log.append_once([remembered := keyed_request(1)])
        one.connection.down = True
        one.log.append_once([pending := keyed_request(2, shipment_id="S-1"), kept := keyed_request(3)])
        one.log.append(dead := logged_predictions(1, 2))
        with one.outbox.file.write() as rows:
            [*_, newest] = rows.peek_batch("predictions", 100)
            rows.make_dead_letters([newest.seq], "out of range")
        PredictionRetention(fake_database).erase("S-1")

        one.outbox.apply_erasures()
        after = logged_predictions(1, 1, predicted_at=datetime.now(UTC) + timedelta(hours=1))
        one.log.append(after)
        one.outbox.apply_erasures()

        state = one.outbox.state()
        assert (state.pending, state.dead_letters) == (3 + 1, 0)
        assert [one.reader.get(row.prediction_id) for row in (*pending.predictions, *dead)] == [None] * 4
        assert [one.log.find_answer(key.answer.key) for key in (remembered, pending, kept)] == [None, None, kept.answer]
        one.connection.down = False
        drain(one.outbox)
        assert {row.shipment_id for row in fake_database.predictions.values()} == {"S-1", "S-3"}
        assert len(fake_database.predictions) == 3


def test_forwarder__applies_erasures_and_notices_a_file_that_cannot_be_written(path, fake_database, monkeypatch):
    monkeypatch.setattr(forwarder, "_CARE_SECONDS", 0.0)
    monkeypatch.setattr(forwarder, "_POLL_SECONDS", 0.01)
    with closing(replica(path, fake_database)) as one:
        one.log.append_once([remembered := keyed_request(1)])
        one.outbox.start()
        wait_until(lambda: one.outbox.file.look_up(lambda rows: rows.oldest()) is not None, 10)
        PredictionRetention(fake_database).erase("S-1")
        one.log._channel.database_down = True
        wait_until(lambda: one.outbox.file.look_up(lambda rows: rows.oldest()) is None, 10)

        assert one.outbox.file.look_up(lambda rows: rows.find_recent_answer(remembered.answer.key)) is None
        one.outbox.file.connect = raise_read_only
        one.outbox.file.close()
        wait_until(lambda: one.outbox.state().file_error is not None, 10)


def raise_read_only(_):
    raise sqlite3.OperationalError("attempt to write a readonly database")

"""Every PredictionLog: a request with an idempotency key is answered once, and its predictions are stored once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from delay_core.ports.prediction_log import KeyedRequest
from support.builders import NOON, keyed_request, logged_prediction
from support.prediction_pages import ids_in, read_ids


def request(number=1, size=2, moment=NOON, shipment_id="S-1", body="0") -> KeyedRequest:
    """A request with the key of this number; each call is another attempt, with predictions of its own."""
    return keyed_request(
        number,
        size,
        body_digest=body * 64,
        answered_at=moment,
        predicted_at=moment,
        shipment_id=shipment_id,
        request_data={},
    )


def stored(*requests) -> list:
    """The ids of the predictions of these requests."""
    return ids_in(*(request.predictions for request in requests))


def test_append_once__a_new_key_holds_its_answer_and_predictions_are_added(log, reader):
    requests = [request(2), request(1), request(3, size=0)]

    assert log.append_once(requests) == [keyed.answer for keyed in requests]

    assert [log.find_answer(keyed.answer.key) for keyed in requests] == [keyed.answer for keyed in requests]
    assert log.find_answer("f" * 64) is None
    assert sorted(read_ids(reader)) == stored(*requests)


def test_append_once__an_existing_key_keeps_its_answer_and_nothing_is_added(log, reader):
    first, again, other = request(1), request(1, body="1"), request(2)
    log.append_once([first])

    assert log.append_once([other, again]) == [other.answer, first.answer]

    assert log.find_answer(first.answer.key) == first.answer
    assert sorted(read_ids(reader)) == stored(first, other)


def test_append_once__a_repeated_request_changes_nothing(log, reader):
    requests = [request(1), request(2)]

    assert log.append_once(requests) == log.append_once(requests) == [keyed.answer for keyed in requests]

    assert sorted(read_ids(reader)) == stored(*requests)


def test_append_once__the_first_request_of_a_key_in_a_batch_counts(log, reader):
    first, second, other = request(1), request(1), request(2)

    assert log.append_once([first, other, second]) == [first.answer, other.answer, first.answer]

    assert sorted(read_ids(reader)) == stored(first, other)


def test_append_once__accepts_an_empty_batch(log):
    assert log.append_once([]) == []


def test_append_once__does_not_double_predictions_that_were_appended_before(log, reader):
    keyed = request(1, size=3)
    log.append(keyed.predictions[:2])

    assert log.append_once([keyed]) == [keyed.answer]

    assert sorted(read_ids(reader)) == stored(keyed)


def test_append_once__accepts_many_requests_of_many_months(log, reader):
    requests = [request(number, moment=NOON + timedelta(days=number % 100), size=1) for number in range(1, 1501)]
    log.append_once(requests[:700])

    assert log.append_once(requests) == [keyed.answer for keyed in requests]

    assert sum(day.rows for day in reader.count_by_day(date(2020, 1, 1), date(2030, 1, 1))) == 1500


def test_append_once__concurrent_writers_of_the_same_keys_agree(log, reader):
    attempts = [[request(1 + (k + turn * 3) % 10) for k in range(10)] for turn in range(4)]

    with ThreadPoolExecutor(4) as writers:
        answers = list(writers.map(log.append_once, attempts))

    answers_by_key = [{answer.key: answer for answer in received} for received in answers]
    assert len(answers_by_key[0]) == 10
    assert answers_by_key == [answers_by_key[0]] * 4
    request_ids = {answer.request_id for answer in answers_by_key[0].values()}
    winners = [request for attempt in attempts for request in attempt if request.answer.request_id in request_ids]
    assert sorted(read_ids(reader)) == stored(*winners)


def test_erase__deletes_the_answers_that_contain_the_shipment(log, reader, retention):
    erased, kept = request(1), request(2, shipment_id="S-2")
    log.append_once([erased, kept])

    assert retention.erase("S-1") == 2

    assert log.find_answer(erased.answer.key) is None
    assert log.find_answer(kept.answer.key) == kept.answer
    assert sorted(read_ids(reader)) == stored(kept)


def test_append_once__an_answer_with_an_erased_shipment_is_not_stored(log, reader, retention):
    retention.erase("S-1")
    erased, kept = request(1), request(2, shipment_id="S-2")
    mixed = replace(
        erased, predictions=(*erased.predictions, logged_prediction(9, request_id=erased.answer.request_id))
    )

    assert log.append_once([mixed, kept]) == [mixed.answer, kept.answer]

    assert [log.find_answer(keyed.answer.key) for keyed in (mixed, kept)] == [None, kept.answer]
    assert sorted(read_ids(reader)) == ids_in(mixed.predictions[2:], kept.predictions)


def test_append_superseded__predictions_are_known_by_their_ids_alone(log, reader):
    log.append_once([first := request(1)])
    lost = [replace(row, superseded_by=first.answer.request_id) for row in request(1).predictions]

    log.append_superseded(lost)
    log.append_superseded([*lost, *lost])
    log.append_superseded([])

    assert [reader.get(row.prediction_id) for row in lost] == lost
    assert reader.get_many([row.prediction_id for row in (*lost, *first.predictions)]).keys() == set(
        ids_in(lost, first.predictions)
    )
    assert sorted(read_ids(reader)) == stored(first)
    assert sum(day.rows for day in reader.count_by_day(date(2020, 1, 1), date(2030, 1, 1))) == 2


def test_drop_before__deletes_older_keys(log, retention):
    old, new = request(1, moment=NOON - timedelta(days=90)), request(2)
    log.append_once([old, new])

    assert retention.drop_before(NOON) == 2

    assert log.find_answer(old.answer.key) is None
    assert log.find_answer(new.answer.key) == new.answer
    assert log.append_once([again := request(1)]) == [again.answer]


def test_keyed_request__refuses_predictions_of_another_request():
    keyed = request(1)
    with pytest.raises(ValueError, match="another request_id"):
        KeyedRequest(replace(keyed.answer, request_id="another"), keyed.predictions)


@pytest.mark.parametrize("wrong", [{"key": "x"}, {"body_digest": "A" * 64}, {"answered_at": NOON.replace(tzinfo=None)}])
def test_keyed_answer__refuses_values_that_no_log_can_store(wrong):
    with pytest.raises(ValueError, match=r"digest|UTC"):
        replace(request(1).answer, **wrong)

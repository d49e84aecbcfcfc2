"""Every PredictionLog: a request that bears an idempotency key is answered, and its predictions kept, once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from delay_core.ports.prediction_log import KeyedRequest, PredictionFilter
from support.builders import NOON, keyed_request


def request(number=1, size=2, at=NOON, shipment_id="S-1", body="0") -> KeyedRequest:
    """A request under the key of this number; each call is another attempt, with predictions of its own."""
    return keyed_request(
        number, size, body_digest=body * 64, answered_at=at, predicted_at=at, shipment_id=shipment_id, request_data={}
    )


def ids(log) -> set:
    found = log.page(PredictionFilter(), 1000).predictions
    assert sum(day.rows for day in log.daily(date(2020, 1, 1), date(2030, 1, 1))) == len(found)
    return {one.prediction_id for one in found}


def ids_of(*requests) -> set:
    return {one.prediction_id for request in requests for one in request.predictions}


def test_a_new_key_holds_the_answer_and_its_predictions_are_added(log):
    asked = [request(2), request(1), request(3, size=0)]

    assert log.append_once(asked) == [one.answer for one in asked]

    assert [log.answer_to(one.answer.key) for one in asked] == [one.answer for one in asked]
    assert log.answer_to("f" * 64) is None
    assert ids(log) == ids_of(*asked)


def test_a_key_that_was_answered_keeps_its_answer_and_nothing_is_added(log):
    first, again, other = request(1), request(1, body="1"), request(2)
    log.append_once([first])

    assert log.append_once([other, again]) == [other.answer, first.answer]

    assert log.answer_to(first.answer.key) == first.answer
    assert ids(log) == ids_of(first, other)


def test_telling_the_same_request_again_changes_nothing(log):
    asked = [request(1), request(2)]

    assert log.append_once(asked) == log.append_once(asked) == [one.answer for one in asked]

    assert ids(log) == ids_of(*asked)


def test_of_one_key_within_a_batch_the_first_request_counts(log):
    first, second, other = request(1), request(1), request(2)

    assert log.append_once([first, other, second]) == [first.answer, other.answer, first.answer]

    assert ids(log) == ids_of(first, other)


def test_an_empty_batch_of_requests_is_fine(log):
    assert log.append_once([]) == []


def test_predictions_that_were_told_before_are_not_doubled_by_their_key(log):
    asked = request(1, size=3)
    log.append(asked.predictions[:2])

    assert log.append_once([asked]) == [asked.answer]

    assert ids(log) == ids_of(asked)


def test_many_requests_of_many_months_are_answered_at_once(log):
    asked = [request(number, at=NOON + timedelta(days=number % 100), size=1) for number in range(1, 1501)]
    log.append_once(asked[:700])

    assert log.append_once(asked) == [one.answer for one in asked]

    assert sum(day.rows for day in log.daily(date(2020, 1, 1), date(2030, 1, 1))) == 1500


def test_writers_of_the_same_keys_at_the_same_time_agree(log):
    attempts = [[request(1 + (k + turn * 3) % 10) for k in range(10)] for turn in range(4)]

    with ThreadPoolExecutor(4) as writers:
        answers = list(writers.map(log.append_once, attempts))

    held = [{one.key: one for one in of_one} for of_one in answers]
    assert len(held[0]) == 10
    assert held == [held[0]] * 4
    winners = {one.request_id for one in held[0].values()}
    won = [one for attempt in attempts for one in attempt if one.answer.request_id in winners]
    assert ids(log) == ids_of(*won)


def test_an_erased_shipment_leaves_no_answer_that_tells_of_it(logs):
    gone, kept = request(1), request(2, shipment_id="S-2")
    logs.log.append_once([gone, kept])

    assert logs.operators.erase("S-1") == 2

    assert logs.log.answer_to(gone.answer.key) is None
    assert logs.log.answer_to(kept.answer.key) == kept.answer
    assert ids(logs.log) == ids_of(kept)


def test_keys_are_as_old_as_what_is_kept(logs):
    old, new = request(1, at=NOON - timedelta(days=90)), request(2)
    logs.log.append_once([old, new])

    assert logs.operators.drop_before(NOON) == 2

    assert logs.log.answer_to(old.answer.key) is None
    assert logs.log.answer_to(new.answer.key) == new.answer
    assert logs.log.append_once([again := request(1)]) == [again.answer]


def test_predictions_of_another_request_are_refused():
    asked = request(1)
    with pytest.raises(ValueError, match="another request_id"):
        KeyedRequest(replace(asked.answer, request_id="another"), asked.predictions)


@pytest.mark.parametrize("wrong", [{"key": "x"}, {"body_digest": "A" * 64}, {"answered_at": NOON.replace(tzinfo=None)}])
def test_an_answer_that_no_log_could_keep_is_refused(wrong):
    with pytest.raises(ValueError, match=r"digest|UTC"):
        replace(request(1).answer, **wrong)

"""Every PredictionRetention: what is deleted is neither read nor counted any more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from delay_core.ports.prediction_log import LoggedPrediction
from support.builders import NOON, keyed_request, logged_prediction
from support.prediction_pages import read_all


def prediction(predicted_at=NOON, **fields) -> LoggedPrediction:
    return logged_prediction(1, **{"predicted_at": predicted_at, **fields})


def test_erase__deletes_the_rows_of_a_shipment_and_their_counts(log, reader, retention):
    kept = prediction(shipment_id="S-2")
    erased = [prediction(NOON + timedelta(days=20 * k), probability=0.75) for k in range(4)]
    log.append([kept, prediction(shipment_id=None), *erased])

    assert retention.erase("S-1") == 4
    assert retention.erase("S-1") == 0

    assert read_all(reader, shipment_id="S-1") == []
    assert [reader.get(row.prediction_id) for row in erased] == [None] * 4
    days = reader.count_by_day(date(2026, 1, 1), date(2027, 1, 1))
    assert [(day.day, day.rows, day.mean_probability) for day in days] == [(NOON.date(), 2, pytest.approx(0.25))]


def test_erase__is_final_for_what_was_predicted_before_it(log, reader, retention):
    before, other = prediction(), prediction(shipment_id="S-2")
    retention.erase("S-1")
    log.append([after := prediction(datetime.now(UTC) + timedelta(hours=1))])

    log.append([before, other])
    log.append([before])
    log.append_superseded([replace(prediction(), superseded_by="r-1")])

    assert [row.prediction_id for row in read_all(reader)] == [after.prediction_id, other.prediction_id]
    assert sum(day.rows for day in reader.count_by_day(date(2026, 1, 1), date(2100, 1, 1))) == 2
    assert retention.erase("S-1") == 1


def test_retention__deletes_superseded_predictions(log, reader, retention):
    first, second = (replace(prediction(shipment_id=shipment), superseded_by="r-1") for shipment in ("S-3", "S-4"))
    log.append_superseded([first, second])

    assert retention.erase("S-3") == 1
    assert [reader.get(row.prediction_id) for row in (first, second)] == [None, second]
    assert retention.drop_before(NOON + timedelta(days=1)) == 1
    assert reader.get(second.prediction_id) is None


def test_drop_before__deletes_older_predictions(log, reader, retention):
    predictions = [prediction(NOON + timedelta(days=10 * k)) for k in range(-12, 12)]
    predictions += [prediction(NOON - timedelta(hours=1)), prediction(NOON - timedelta(microseconds=1))]
    predictions.append(prediction(datetime(1980, 1, 1, tzinfo=UTC)))
    log.append(predictions)
    kept = [row for row in predictions if row.predicted_at >= NOON]

    assert retention.drop_before(NOON) == len(predictions) - len(kept)
    assert retention.drop_before(NOON) == 0

    assert read_all(reader) == kept[::-1]
    days = reader.count_by_day(date(1970, 1, 1), date(2030, 1, 1))
    assert [(day.day, day.rows) for day in days] == [(row.predicted_at.date(), 1) for row in kept]


def test_append__accepts_rows_of_a_dropped_month(log, reader, retention):
    log.append([prediction(NOON - timedelta(days=200))])
    retention.drop_before(NOON)

    log.append([late := prediction(NOON - timedelta(days=200))])

    assert read_all(reader) == [late]
    assert [day.rows for day in reader.count_by_day(date(2025, 1, 1), date(2027, 1, 1))] == [1]


def test_drop_answers_before__keeps_predictions_and_later_answers(log, reader, retention):
    old, new = (keyed_request(k, 1, answered_at=NOON + timedelta(hours=k)) for k in range(2))
    log.append_once([old, new])

    assert retention.drop_answers_before(NOON + timedelta(hours=1)) == 1

    assert [log.find_answer(request.answer.key) for request in (old, new)] == [None, new.answer]
    assert len(read_all(reader)) == 2

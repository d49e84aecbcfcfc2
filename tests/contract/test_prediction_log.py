"""Every PredictionLog: no prediction is lost, doubled or changed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from delay_core.ports.prediction_log import LoggedPrediction
from support.builders import NOON, logged_prediction
from support.prediction_pages import read_all

FIRST_TIME = datetime.min.replace(tzinfo=UTC)
LAST_TIME = datetime.max.replace(tzinfo=UTC)
DEEP = json.loads("[" * 230 + "]" * 230)


def prediction(predicted_at=NOON, **fields) -> LoggedPrediction:
    return logged_prediction(1, **{"predicted_at": predicted_at, **fields})


@pytest.mark.parametrize("others", [0, 120])
def test_append__stores_every_field_exactly(others, log, reader):
    predictions = [
        prediction(NOON + timedelta(microseconds=1), probability=0.1 + 0.2, late=True, request_id="r-1", client="tms"),
        prediction(
            probability=None,
            late=None,
            error="it's \\ broken\n\ttwice",
            shipment_id=None,
            point=None,
            request_data={"b": 1e-17, "a": [None, True, -0.0, 2**70, {"naïve": "\\n\t\n\"'€😀"}], "": "\\."},
        ),
        prediction(point=FIRST_TIME, probability=5e-324, late=False, model_version=2**31 - 1, bundle_digest="f0" * 32),
        prediction(point=LAST_TIME, probability=1.0, late=True, model_version=0, schema_digest="0f" * 32),
        prediction(request_data={"deep": DEEP}),
    ]

    log.append([*predictions, *(prediction() for _ in range(others))])

    assert [reader.get(row.prediction_id) for row in predictions] == predictions
    assert list(reader.get(predictions[1].prediction_id).request_data) == ["b", "a", ""]
    assert str(reader.get(predictions[1].prediction_id).request_data["a"][2]) == "-0.0"


@pytest.mark.parametrize("size", [1, 24, 25, 120])
def test_append__stores_special_characters_in_batches_of_any_size(log, reader, size):
    odd = "it's \\ \\N \\' \n\t\r\"%s {} $1 €😀"
    predictions = [
        prediction(NOON, shipment_id=f"{odd}{k}", request_data={odd: [odd, k]}, request_id=odd, client=odd, error=odd)
        for k in range(size)
    ]

    log.append(predictions)

    assert [reader.get(row.prediction_id) for row in predictions] == predictions


def test_append__a_repeated_batch_adds_nothing(log, reader):
    batch = [prediction(probability=k / 10) for k in range(5)]

    log.append(batch)
    log.append(batch)
    log.append([*batch[3:], new := prediction(probability=0.9), new])

    assert sorted(row.prediction_id for row in read_all(reader)) == sorted(row.prediction_id for row in [*batch, new])
    assert [(day.rows, day.mean_probability) for day in reader.count_by_day(date(2026, 3, 31), date(2026, 4, 1))] == [
        (6, pytest.approx((0 + 0.1 + 0.2 + 0.3 + 0.4 + 0.9) / 6))
    ]


def test_append__does_not_change_an_existing_prediction(log, reader):
    first = prediction(late=False)

    log.append([first])
    log.append([replace(first, late=True, probability=0.9)])

    assert read_all(reader) == [first]


def test_append__accepts_an_empty_batch(log, reader):
    log.append([])

    assert read_all(reader) == []


def test_append__replaces_characters_and_numbers_that_databases_refuse(log, reader):
    odd = prediction(
        shipment_id="a\0b\ud800",
        error="\0",
        client="\0",
        request_data={"x\0": float("nan"), "y": [float("inf"), "\udfff", "\0"], "z": "\\u0000"},
    )

    log.append([prediction(), odd, prediction()])

    kept = reader.get(odd.prediction_id)
    assert (kept.shipment_id, kept.error, kept.client) == ("a\ufffdb\ufffd", "\ufffd", "\ufffd")
    assert kept.request_data == {"x\ufffd": None, "y": [None, "\ufffd", "\ufffd"], "z": "\\u0000"}
    assert [row.prediction_id for row in read_all(reader, shipment_id="a\0b\ud800")] == [odd.prediction_id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"predicted_at": NOON.replace(tzinfo=None)},
        {"point": NOON.astimezone(datetime.fromisoformat("2026-01-01T00:00+02:00").tzinfo)},
        {"probability": 1.1},
        {"probability": float("nan")},
        {"bundle_digest": "B" * 64},
        {"schema_digest": "b" * 63},
    ],
)
def test_logged_prediction__refuses_values_that_no_log_can_store(wrong):
    with pytest.raises(ValueError, match=r"UTC|outside|digest"):
        prediction(**wrong)


def test_append__accepts_predictions_of_any_time(log, reader):
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 1999, 2000, 2024, 2031, 2099, 2100, 2999)]

    log.append([prediction(moment) for moment in moments])

    assert [row.predicted_at for row in read_all(reader)] == moments[::-1]


def test_append__concurrent_writers_add_each_prediction_once(log, reader):
    batches = [[prediction(NOON + timedelta(days=40 * k)) for _ in range(50)] for k in range(4)]

    def write(turn):
        for k in range(4):
            batch = batches[(turn + k) % 4]
            log.append(batch[turn * 7 :] + batch[: turn * 7])

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))

    rows = read_all(reader)
    assert {row.prediction_id for row in rows} == {row.prediction_id for batch in batches for row in batch}
    assert len(rows) == 200
    assert [day.rows for day in reader.count_by_day(date(2026, 1, 1), date(2027, 1, 1))] == [50] * 4


def test_append__ids_need_no_order(log, reader):
    predictions = [prediction(prediction_id=UUID(int=number)) for number in (2**127, 1, 2**128 - 1, 2**64)]
    log.append(predictions)

    assert [row.prediction_id.int for row in read_all(reader)] == [2**128 - 1, 2**127, 2**64, 1]

"""Every PredictionLog: nothing lost, nothing doubled, pages that neither repeat nor omit, counts that agree."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from delay_core.ports.prediction_log import LoggedPrediction, PredictionFilter
from support.builders import NOON, logged_prediction


def prediction(at=NOON, **fields) -> LoggedPrediction:
    return logged_prediction(1, **{"predicted_at": at, **fields})


def everything(log, **given):
    found, cursor = [], None
    while True:
        page = log.page(PredictionFilter(**given), 1000, cursor)
        found += page.predictions
        cursor = page.next
        if cursor is None:
            return found


def test_a_prediction_is_read_back_as_it_was_told(log):
    told = [
        prediction(NOON + timedelta(microseconds=1), probability=0.1 + 0.2, late=True, request_id="r-1", client="tms"),
        prediction(
            probability=None,
            late=None,
            error="it's \\ broken\n\ttwice",
            shipment_id=None,
            point=None,
            request_data={"b": 1e-17, "a": [None, True, -0.0, 2**70, {"naïve": "\\n\t\n\"'€😀"}], "": "\\."},
        ),
    ]

    log.append(told)

    assert [log.get(one.prediction_id) for one in told] == told
    assert list(log.get(told[1].prediction_id).request_data) == ["b", "a", ""]
    assert str(log.get(told[1].prediction_id).request_data["a"][2]) == "-0.0"


@pytest.mark.parametrize("size", [1, 24, 25, 120])
def test_odd_text_is_read_back_however_many_rows_it_stands_among(log, size):
    odd = "it's \\ \\N \\' \n\t\r\"%s {} $1 €😀"
    told = [
        prediction(NOON, shipment_id=f"{odd}{k}", request_data={odd: [odd, k]}, request_id=odd, client=odd, error=odd)
        for k in range(size)
    ]

    log.append(told)

    assert [log.get(one.prediction_id) for one in told] == told


def test_an_unknown_prediction_is_none(log):
    log.append([prediction()])

    assert log.get(uuid4()) is None


def test_telling_a_batch_again_adds_nothing(log):
    batch = [prediction(probability=k / 10) for k in range(5)]

    log.append(batch)
    log.append(batch)
    log.append([*batch[3:], new := prediction(probability=0.9), new])

    assert sorted(one.prediction_id for one in everything(log)) == sorted(one.prediction_id for one in [*batch, new])
    assert [(day.rows, day.mean_probability) for day in log.daily(date(2026, 3, 31), date(2026, 4, 1))] == [
        (6, pytest.approx((0 + 0.1 + 0.2 + 0.3 + 0.4 + 0.9) / 6))
    ]


def test_what_is_there_already_is_not_changed(log):
    first = prediction(late=False)

    log.append([first])
    log.append([replace(first, late=True, probability=0.9)])

    assert everything(log) == [first]


def test_an_empty_batch_is_fine(log):
    log.append([])

    assert everything(log) == []


def test_what_a_database_cannot_keep_does_not_stop_the_batch(log):
    odd = prediction(
        shipment_id="a\0b\ud800",
        error="\0",
        client="\0",
        request_data={"x\0": float("nan"), "y": [float("inf"), "\udfff", "\0"], "z": "\\u0000"},
    )

    log.append([prediction(), odd, prediction()])

    kept = log.get(odd.prediction_id)
    assert (kept.shipment_id, kept.error, kept.client) == ("a\ufffdb\ufffd", "\ufffd", "\ufffd")
    assert kept.request_data == {"x\ufffd": None, "y": [None, "\ufffd", "\ufffd"], "z": "\\u0000"}
    assert [one.prediction_id for one in everything(log, shipment_id="a\0b\ud800")] == [odd.prediction_id]


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
def test_what_no_log_could_keep_is_refused_before_it_reaches_one(wrong):
    with pytest.raises(ValueError, match=r"UTC|outside|digest"):
        prediction(**wrong)


def test_predictions_of_any_time_are_kept(log):
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 1999, 2000, 2024, 2031, 2099, 2100, 2999)]

    log.append([prediction(moment) for moment in moments])

    assert [one.predicted_at for one in everything(log)] == moments[::-1]


def test_pages_are_newest_first_and_neither_repeat_nor_omit(log):
    at_once = [prediction(NOON) for _ in range(7)]
    others = [prediction(NOON + timedelta(days=k)) for k in range(-40, 40, 5) if k]
    log.append(at_once + others)

    found, cursor = [], None
    for _ in range(100):
        page = log.page(PredictionFilter(), 4, cursor)
        found += page.predictions
        log.append([prediction(NOON + timedelta(days=50 + len(found)))])  # newer than all: on no later page
        cursor = page.next
        if cursor is None:
            break

    assert found == sorted(at_once + others, key=lambda one: (one.predicted_at, one.prediction_id), reverse=True)


def test_a_page_that_holds_the_last_row_has_no_next(log):
    log.append([prediction() for _ in range(4)])

    assert log.page(PredictionFilter(), 4).next is None
    assert log.page(PredictionFilter(), 3).next is not None


def test_a_page_holds_what_every_given_condition_wants(log):
    told = [
        prediction(
            NOON + timedelta(hours=k),
            shipment_id=f"S-{k % 3}",
            model_version=1 + k % 2,
            model_name=("late", "later")[k // 6],
            late=(True, False, None)[k % 3],
        )
        for k in range(12)
    ]
    log.append(told)

    def wanted(**conditions):
        return [told.index(one) for one in reversed(everything(log, **conditions))]

    assert wanted(since=NOON + timedelta(hours=3), until=NOON + timedelta(hours=6)) == [3, 4, 5]
    assert wanted(shipment_id="S-1") == [1, 4, 7, 10]
    assert wanted(model_version=2, shipment_id="S-1") == [1, 7]
    assert wanted(model_name="later", late=True) == [6, 9]
    assert wanted(late=False) == [1, 4, 7, 10]
    assert wanted(shipment_id="s-1") == []


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_of_another_size_is_refused(log, limit):
    with pytest.raises(ValueError, match="1 to 1000"):
        log.page(PredictionFilter(), limit)


@pytest.mark.parametrize("cursor", ["", "x", "1.x", "1", "٣." + "0" * 32, "9" * 18 + "." + "0" * 32])
def test_a_cursor_that_no_page_gave_is_refused(log, cursor):
    with pytest.raises(ValueError, match="is no cursor"):
        log.page(PredictionFilter(), 10, cursor)


def test_days_are_counted_in_utc_by_model_version(log):
    midnight = datetime(2026, 4, 1, tzinfo=UTC)
    log.append(
        [
            prediction(midnight - timedelta(microseconds=1), probability=0.5, late=True),
            prediction(midnight, probability=0.2),
            prediction(midnight, probability=0.4, late=True),
            prediction(midnight, probability=None, late=None, error="no"),
            prediction(midnight, probability=1.0, late=True, model_version=2),
            prediction(midnight, probability=None, late=None, error="no", model_name="later"),
            prediction(midnight + timedelta(days=1)),
        ]
    )

    counts = [
        tuple(getattr(day, name) for name in day.__slots__) for day in log.daily(date(2026, 3, 31), date(2026, 4, 2))
    ]

    assert counts == [
        (date(2026, 3, 31), "late", 1, 1, 1, 0, 0.5),
        (date(2026, 4, 1), "late", 1, 3, 1, 1, pytest.approx(0.3)),
        (date(2026, 4, 1), "late", 2, 1, 1, 0, 1.0),
        (date(2026, 4, 1), "later", 1, 1, 0, 1, None),
    ]


def test_a_window_holds_its_start_and_not_its_end_oldest_first(log):
    told = [prediction(NOON + timedelta(hours=12 * k), model_name=("late", "later")[k % 2]) for k in range(10)]
    log.append(told[::-1])

    batches = list(log.window(told[2].predicted_at, told[7].predicted_at))

    assert [one for batch in batches for one in batch] == told[2:7]
    assert all(batches)
    assert [one for batch in log.window(NOON, told[7].predicted_at, "later") for one in batch] == told[1:7:2]
    assert list(log.window(NOON, NOON)) == []


def test_a_window_of_many_rows_comes_in_batches(log):
    told = [prediction(NOON + timedelta(seconds=k // 7)) for k in range(4500)]
    log.append(told)

    batches = list(log.window(NOON, NOON + timedelta(days=1)))

    assert max(map(len, batches)) < 4500
    assert [one.prediction_id for batch in batches for one in batch] == [
        one.prediction_id for one in sorted(told, key=lambda one: (one.predicted_at, one.prediction_id))
    ]


def test_an_erased_shipment_is_gone_and_counted_no_more(logs):
    kept = prediction(shipment_id="S-2")
    gone = [prediction(NOON + timedelta(days=20 * k), probability=0.75) for k in range(4)]
    logs.log.append([kept, prediction(shipment_id=None), *gone])

    assert logs.operators.erase("S-1") == 4
    assert logs.operators.erase("S-1") == 0

    assert everything(logs.log, shipment_id="S-1") == []
    assert [logs.log.get(one.prediction_id) for one in gone] == [None] * 4
    days = logs.log.daily(date(2026, 1, 1), date(2027, 1, 1))
    assert [(day.day, day.rows, day.mean_probability) for day in days] == [(NOON.date(), 2, pytest.approx(0.25))]


def test_what_was_made_before_the_moment_is_dropped(logs):
    told = [prediction(NOON + timedelta(days=10 * k)) for k in range(-12, 12)]
    told += [prediction(NOON - timedelta(hours=1)), prediction(NOON - timedelta(microseconds=1))]
    told.append(prediction(datetime(1980, 1, 1, tzinfo=UTC)))
    logs.log.append(told)
    kept = [one for one in told if one.predicted_at >= NOON]

    assert logs.operators.drop_before(NOON) == len(told) - len(kept)
    assert logs.operators.drop_before(NOON) == 0

    assert everything(logs.log) == kept[::-1]
    days = logs.log.daily(date(1970, 1, 1), date(2030, 1, 1))
    assert [(day.day, day.rows) for day in days] == [(one.predicted_at.date(), 1) for one in kept]


def test_what_comes_for_a_month_that_was_dropped_is_kept(logs):
    logs.log.append([prediction(NOON - timedelta(days=200))])
    logs.operators.drop_before(NOON)

    logs.log.append([late := prediction(NOON - timedelta(days=200))])

    assert everything(logs.log) == [late]
    assert [day.rows for day in logs.log.daily(date(2025, 1, 1), date(2027, 1, 1))] == [1]


def test_writers_of_the_same_batches_at_the_same_time_add_each_prediction_once(log):
    batches = [[prediction(NOON + timedelta(days=40 * k)) for _ in range(50)] for k in range(4)]

    def write(turn):
        for k in range(4):
            batch = batches[(turn + k) % 4]
            log.append(batch[turn * 7 :] + batch[: turn * 7])

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))

    found = everything(log)
    assert {one.prediction_id for one in found} == {one.prediction_id for batch in batches for one in batch}
    assert len(found) == 200
    assert [day.rows for day in log.daily(date(2026, 1, 1), date(2027, 1, 1))] == [50] * 4


def test_ids_need_no_order(log):
    told = [prediction(prediction_id=UUID(int=number)) for number in (2**127, 1, 2**128 - 1, 2**64)]
    log.append(told)

    assert [one.prediction_id.int for one in everything(log)] == [2**128 - 1, 2**127, 2**64, 1]

"""Every PredictionReader: pages neither repeat nor omit rows, counts agree, windows come in order."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionFilter
from delay_core.uuid7 import sample_limit, uuid7_batch
from support.builders import NOON, logged_prediction
from support.prediction_pages import read_all


def prediction(predicted_at=NOON, **fields) -> LoggedPrediction:
    return logged_prediction(1, **{"predicted_at": predicted_at, **fields})


def test_get__unknown_id_is_none(log, reader):
    log.append([prediction()])

    for unknown in (uuid4(), next(uuid7_batch(1, NOON)), UUID(int=7 << 76), UUID(int=(2**48 - 1) << 80 | 7 << 76)):
        assert reader.get(unknown) is None


def test_get_many__finds_predictions_of_every_month(log, reader):
    predictions = [prediction(NOON + timedelta(days=k, microseconds=999 * k)) for k in range(-60, 60)]
    log.append(predictions)

    by_id = reader.get_many([row.prediction_id for row in predictions] + [uuid4()])

    assert by_id == {row.prediction_id: row for row in predictions}


def test_read_page__is_newest_first_and_neither_repeats_nor_omits_rows(log, reader):
    at_once = [prediction(NOON) for _ in range(7)]
    others = [prediction(NOON + timedelta(days=k)) for k in range(-40, 40, 5) if k]
    log.append(at_once + others)

    rows, cursor = [], None
    for _ in range(100):
        page = reader.read_page(PredictionFilter(), 4, cursor)
        rows += page.predictions
        log.append([prediction(NOON + timedelta(days=50 + len(rows)))])  # newer than all: on no later page
        cursor = page.next_cursor
        if cursor is None:
            break

    assert rows == sorted(at_once + others, key=lambda row: (row.predicted_at, row.prediction_id), reverse=True)


def test_read_page__the_last_page_has_no_cursor(log, reader):
    log.append([prediction() for _ in range(4)])

    assert reader.read_page(PredictionFilter(), 4).next_cursor is None
    assert reader.read_page(PredictionFilter(), 3).next_cursor is not None


def test_read_page__rows_meet_every_condition(log, reader):
    predictions = [
        prediction(
            NOON + timedelta(hours=k),
            shipment_id=f"S-{k % 3}",
            model_version=1 + k % 2,
            model_name=("late", "later")[k // 6],
            late=(True, False, None)[k % 3],
        )
        for k in range(12)
    ]
    log.append(predictions)

    def wanted(**conditions):
        return [predictions.index(row) for row in reversed(read_all(reader, **conditions))]

    assert wanted(since=NOON + timedelta(hours=3), until=NOON + timedelta(hours=6)) == [3, 4, 5]
    assert wanted(shipment_id="S-1") == [1, 4, 7, 10]
    assert wanted(model_version=2, shipment_id="S-1") == [1, 7]
    assert wanted(model_name="later", late=True) == [6, 9]
    assert wanted(late=False) == [1, 4, 7, 10]
    assert wanted(shipment_id="s-1") == []


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_read_page__refuses_another_limit(reader, limit):
    with pytest.raises(ValueError, match="1 to 1000"):
        reader.read_page(PredictionFilter(), limit)


@pytest.mark.parametrize("cursor", ["", "x", "1.x", "1", "٣." + "0" * 32, "9" * 18 + "." + "0" * 32])
def test_read_page__refuses_a_cursor_that_no_page_returned(reader, cursor):
    with pytest.raises(ValueError, match="is no cursor"):
        reader.read_page(PredictionFilter(), 10, cursor)


def test_count_by_day__counts_in_utc_by_model_version(log, reader):
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
        tuple(getattr(day, name) for name in day.__slots__)
        for day in reader.count_by_day(date(2026, 3, 31), date(2026, 4, 2))
    ]

    assert counts == [
        (date(2026, 3, 31), "late", 1, 1, 1, 0, 0.5),
        (date(2026, 4, 1), "late", 1, 3, 1, 1, pytest.approx(0.3)),
        (date(2026, 4, 1), "late", 2, 1, 1, 0, 1.0),
        (date(2026, 4, 1), "later", 1, 1, 0, 1, None),
    ]


def test_read_window__includes_its_start_excludes_its_end_oldest_first(log, reader):
    predictions = [prediction(NOON + timedelta(hours=12 * k), model_name=("late", "later")[k % 2]) for k in range(10)]
    log.append(predictions[::-1])

    batches = list(reader.read_window(predictions[2].predicted_at, predictions[7].predicted_at))

    assert [row for batch in batches for row in batch] == predictions[2:7]
    assert all(batches)
    assert [
        row for batch in reader.read_window(NOON, predictions[7].predicted_at, "later") for row in batch
    ] == predictions[1:7:2]
    assert list(reader.read_window(NOON, NOON)) == []


def test_read_window__many_rows_come_in_batches(log, reader):
    predictions = [prediction(NOON + timedelta(seconds=k // 7)) for k in range(4500)]
    log.append(predictions)

    batches = list(reader.read_window(NOON, NOON + timedelta(days=1)))

    assert max(map(len, batches)) < 4500
    assert [row.prediction_id for batch in batches for row in batch] == [
        row.prediction_id for row in sorted(predictions, key=lambda row: (row.predicted_at, row.prediction_id))
    ]


def test_read_sample__of_a_large_version_has_rows_chosen_by_their_ids(log, reader):
    ids = list(uuid7_batch(2600, NOON))
    sizes = {1: 2400, 2: 150, 3: 50}
    versions = [version for version, size in sizes.items() for _ in range(size)]
    predictions = [
        prediction(NOON + timedelta(seconds=k // 7), prediction_id=one, model_version=version)
        for k, (one, version) in enumerate(zip(ids, versions, strict=True))
    ]
    window = NOON, NOON + timedelta(seconds=400)
    outside = [prediction(moment, model_version=1) for moment in (NOON - timedelta(seconds=1), window[1])]
    log.append([*outside, prediction(model_name="later"), *predictions])

    sample = reader.read_sample(*window, "late", 100)
    read = [row for batch in sample.batches for row in batch]

    assert sample.window_rows == sizes
    chosen = {
        row.prediction_id
        for row in predictions
        if row.model_version == 3 or row.prediction_id.int % 2**64 < sample_limit(sizes[row.model_version], 100)
    }
    assert {row.prediction_id for row in read} == chosen
    for version, size in sizes.items():
        of_version = [(row.predicted_at, row.prediction_id) for row in read if row.model_version == version]
        assert of_version == sorted(of_version)
        assert len(of_version) in (range(20, 101) if size > 100 else [size])


def test_read_sample__of_few_rows_has_all_in_the_order_of_the_window(log, reader):
    log.append([prediction(NOON + timedelta(seconds=k), model_version=1 + k % 2) for k in range(10)])
    window = NOON, NOON + timedelta(days=1)

    sample = reader.read_sample(*window, "late", 5)

    assert [row for batch in sample.batches for row in batch] == [
        row for batch in reader.read_window(*window, "late") for row in batch
    ]
    assert sample.window_rows == {1: 5, 2: 5}
    assert reader.read_sample(*window, "other", 5).window_rows == {}


def test_get_many__returns_the_known_ids(log, reader):
    predictions = [prediction(NOON + timedelta(days=10 * k)) for k in range(5)]
    log.append(predictions)
    ids = [row.prediction_id for row in predictions]

    assert dict(reader.get_many([*ids[1:4], ids[1], uuid4()])) == dict(zip(ids[1:4], predictions[1:4], strict=True))
    assert reader.get_many([]) == {}


@pytest.mark.parametrize("count", [1, 2, 3, 6, 11, 49, 51])
def test_get_many__reads_any_number_of_ids(log, reader, count):
    log.append(predictions := [prediction(NOON + timedelta(hours=5 * k)) for k in range(60)])

    wanted = {row.prediction_id: row for row in predictions[:count]}
    assert reader.get_many(wanted.keys()) == wanted


def test_get_many__reads_more_ids_than_one_statement_takes(log, reader):
    log.append(predictions := [prediction(NOON + timedelta(seconds=k)) for k in range(2500)])

    assert len(reader.get_many({row.prediction_id for row in predictions})) == 2500

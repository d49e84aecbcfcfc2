"""Drift: what is compared with what, when a column has drifted, and when that is worth watching."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from delay_core.monitoring.drift import (
    PREDICTION,
    DriftPolicy,
    ReferenceWeekdays,
    WindowSample,
    adjust_p_values,
)
from delay_core.monitoring.drift.cells import MAX_NUMBER_CELLS, CategoryCells, NumberCells
from delay_core.monitoring.drift_result import ColumnStatus
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.detect_drift import DetectDrift
from fakes.drift_detector import DriftDetector

ROWS = 500


def weekday_weights(reference, sample, timezone):
    return ReferenceWeekdays.of(reference, len(reference), timezone).weights(sample)


def columns(seed, rows):
    draw = np.random.default_rng(seed)
    return {
        "temperature": draw.normal(24, 3, rows),
        "humidity": np.where(draw.random(rows) < 0.1, np.nan, draw.random(rows)),
        "traffic": draw.choice(["clear", "detour", "heavy"], rows).astype(object),
        "demand": draw.normal(size=rows),
    }


def moments(rows, start="2024-01-01"):
    return np.datetime64(start, "s") + np.arange(rows) * np.timedelta64(1200, "s")


def reference_sample(**changes):
    rows = 2000
    draw = np.random.default_rng(0)
    content = {"columns": columns(1, rows), "probabilities": draw.random(rows), "labels": np.zeros(rows, np.int8)}
    return ReferenceSample(**content | {"prediction_points": moments(rows), "groups": None} | changes)


REFERENCE = reference_sample()


def window(rows=ROWS, seed=3, groups=None, **changes):
    probabilities = changes.pop("probabilities", np.random.default_rng(2).random(rows))
    absent = changes.pop("absent", ())
    values = {name: each for name, each in (columns(seed, rows) | changes).items() if name not in absent}
    return WindowSample(values, probabilities, moments(rows, "2024-02-05"), groups)


def detect(sample, reference=REFERENCE, **policy):
    return DetectDrift(DriftDetector(), reference, "UTC", DriftPolicy(**policy))(sample)


def by_column(result):
    return {column.column: column for column in result.columns}


def test_window_like_the_reference__is_stable():
    result = detect(window())

    assert {column.status for column in (*result.columns, result.prediction)} == {ColumnStatus.STABLE}
    assert result.dataset_share == 0
    assert result.rows == ROWS
    assert result.missing_share == pytest.approx(0.1 / 4, abs=0.01)
    assert by_column(result)["humidity"].reference_missing_share == pytest.approx(0.1, abs=0.02)
    assert all(column.effect is not None and column.adjusted_p_value > 0.05 for column in result.columns)


def test_moved_columns__come_first_with_the_one_that_moved_most():
    sample = window(temperature=columns(3, ROWS)["temperature"] + 2, demand=columns(3, ROWS)["demand"] + 5)

    result = detect(sample)

    assert [column.column for column in result.columns[:2]] == ["demand", "temperature"]
    assert [column.status for column in result.columns[:3]] == [ColumnStatus.DRIFTED] * 2 + [ColumnStatus.STABLE]
    assert result.dataset_share == 0.5


def test_moved_prediction__is_a_row_of_its_own():
    result = detect(window(probabilities=np.random.default_rng(2).random(ROWS) ** 3))

    assert (result.prediction.column, result.prediction.status) == (PREDICTION, ColumnStatus.DRIFTED)
    assert result.dataset_share == 0


def test_missing_values__drift_on_their_own():
    humidity = columns(3, ROWS)["humidity"].copy()
    humidity[::4] = np.nan

    [first, *_] = detect(window(humidity=humidity)).columns

    assert (first.column, first.status) == ("humidity", ColumnStatus.DRIFTED)
    assert first.missing_share > 0.3
    assert first.missing_p_value < 0.001 < first.p_value


def test_new_categories__are_named_with_their_share():
    traffic = columns(3, ROWS)["traffic"].copy()
    traffic[:40], traffic[40:50] = "flooded", "closed"

    [first, *_] = detect(window(traffic=traffic)).columns

    assert (first.column, first.status) == ("traffic", ColumnStatus.DRIFTED)
    assert first.new_categories == ("flooded", "closed")
    assert first.new_category_share == 0.1


def test_significant_trifle__is_no_drift():
    sample = window(20_000, temperature=columns(3, 20_000)["temperature"] + 0.3)

    column = by_column(detect(sample))["temperature"]

    assert column.adjusted_p_value < 0.001
    assert column.status is ColumnStatus.STABLE
    assert by_column(detect(sample, minimum_number_effect=0.02))["temperature"].status is ColumnStatus.DRIFTED


@pytest.mark.parametrize(
    ("rows", "groups"), [(199, None), (500, np.arange(500) // 20)], ids=["few rows", "many rows of few groups"]
)
def test_too_little_data__has_no_score(rows, groups):
    result = detect(window(rows, groups=groups))

    assert {column.status for column in (*result.columns, result.prediction)} == {ColumnStatus.NOT_ENOUGH_DATA}
    assert [column.column for column in result.columns] == list(REFERENCE.columns)
    assert {
        value for column in result.columns for value in asdict(column).values() if isinstance(value, float)
    } == set()
    assert (result.dataset_share, result.missing_share) == (None, None)


def test_small_reference__has_no_score():
    small = ReferenceSample(
        {name: values[:99] for name, values in REFERENCE.columns.items()},
        REFERENCE.probabilities[:99], REFERENCE.labels[:99], None, None,
    )  # fmt: skip

    assert detect(window(), small).prediction.status is ColumnStatus.NOT_ENOUGH_DATA


BAD_COLUMNS = {
    "absent": ({"absent": ("demand",)}, ColumnStatus.ABSENT, 1.0),
    "all missing": ({"demand": np.full(ROWS, np.nan)}, ColumnStatus.ALL_MISSING, 1.0),
    "of another type": ({"demand": np.full(ROWS, "7", object)}, ColumnStatus.WRONG_TYPE, None),
    "constant": ({"demand": np.zeros(ROWS)}, ColumnStatus.DRIFTED, 0.0),
}


@pytest.mark.parametrize("bad", BAD_COLUMNS)
def test_bad_column__is_a_row_with_a_status_and_leaves_the_others_as_they_are(bad):
    changes, status, missing = BAD_COLUMNS[bad]
    unmoved = by_column(detect(window()))

    result = detect(window(**changes))

    column = by_column(result)["demand"]
    assert (column.status, column.missing_share, column.status.is_drift) == (status, missing, True)
    assert result.columns[0] == column
    for name in ("temperature", "humidity", "traffic"):
        assert repr(by_column(result)[name]) == repr(unmoved[name])
    assert repr(result.prediction) == repr(detect(window()).prediction)


def test_column_that_the_reference_has_no_values_of__is_new():
    reference = reference_sample(columns=REFERENCE.columns | {"demand": np.full(2000, np.nan)})

    for sample in (window(), window(demand=np.full(ROWS, np.nan)), window(absent=("demand",))):
        column = by_column(detect(sample, reference))["demand"]
        assert (column.status, column.effect, column.status.is_drift) == (ColumnStatus.NEW, None, False)
        assert column.reference_missing_share == 1


def test_adjusted_p_values__are_those_of_benjamini_and_hochberg():
    assert adjust_p_values([0.01, 0.04, 0.03, 0.5], 4, 0.9) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert adjust_p_values([0.001], 10, 0.05) == pytest.approx([0.01])
    assert adjust_p_values([], 3, 0.05) == []


def test_adjusted_p_values_above_alpha__do_not_depend_on_the_others():
    assert adjust_p_values([0.01, 0.2, 0.1], 3, 0.05) == pytest.approx([0.03, 0.6, 0.3])
    assert adjust_p_values([0.01, 0.001, 1.0], 3, 0.05) == pytest.approx([0.015, 0.003, 1])


def test_weekday_weights__give_the_reference_the_mix_of_the_window():
    reference = moments(2016)  # four weeks from a Monday on
    sunday = np.full(10, np.datetime64("2024-02-11T12:00:00"))

    weights = weekday_weights(reference, sunday, "UTC")

    is_sunday = (reference.astype("datetime64[D]").astype(int) + 3) % 7 == 6
    assert weights.sum() == pytest.approx(1)
    assert weights[~is_sunday].sum() == 0
    assert len(set(weights[is_sunday])) == 1


def test_weekday_weights__are_those_of_the_timezone():
    late_on_sunday = np.full(10, np.datetime64("2024-02-11T20:00:00"))

    for zone, weekday in (("UTC", 6), ("Asia/Kolkata", 0), ("Asia/Tokyo", 0)):
        weights = weekday_weights(moments(2016), late_on_sunday, zone)
        hours = {"UTC": 0, "Asia/Kolkata": 330, "Asia/Tokyo": 540}[zone]
        local = moments(2016) + np.timedelta64(hours, "m")
        is_weekday = (local.astype("datetime64[D]").astype(int) + 3) % 7 == weekday
        assert weights[is_weekday].sum() == pytest.approx(1)


def test_weekday_that_the_reference_hardly_has__is_compared_with_all_of_it():
    workdays = moments(2016)[: 5 * 72]
    sunday = np.full(10, np.datetime64("2024-02-11T12:00:00"))

    np.testing.assert_allclose(weekday_weights(workdays, sunday, "UTC"), 1 / len(workdays))


def test_seasonal_column__is_compared_with_the_same_weekdays():
    points = moments(2016)
    is_weekend = (points.astype("datetime64[D]").astype(int) + 3) % 7 >= 5
    draw = np.random.default_rng(5)
    values = {"demand": draw.normal(size=2016) - 3 * is_weekend, "weight": draw.normal(size=2016)}
    reference = ReferenceSample(values, draw.random(2016), np.zeros(2016, np.int8), points, None)
    sunday = np.full(ROWS, np.datetime64("2024-02-11T12:00:00"))
    sample = WindowSample(
        {"demand": draw.normal(size=ROWS) - 3, "weight": draw.normal(size=ROWS)}, draw.random(ROWS), sunday, None
    )

    assert by_column(detect(sample, reference))["demand"].status is ColumnStatus.STABLE
    without_times = replace(reference, prediction_points=None)
    assert by_column(detect(sample, without_times))["demand"].status is ColumnStatus.DRIFTED


def test_number_cells__hold_each_of_few_numbers_and_quantiles_of_many():
    few = NumberCells.fit(np.array([3.0, 1.0, 2.0, np.nan, 2.0]))
    assert few.codes(np.array([0.5, 1.0, 2.0, 3.0, 3.5, np.nan])).tolist() == [0, 1, 2, 3, 4, few.missing]

    values = np.random.default_rng(0).normal(size=5000)
    many = NumberCells.fit(values)
    counts = np.bincount(many.codes(values), minlength=many.missing + 1)
    assert len(many.cuts) == MAX_NUMBER_CELLS + 1
    assert counts.max() <= 26
    assert (counts[0], counts[-2:].tolist()) == (0, [0, 0])


def test_category_cells__have_one_for_new_categories():
    cells = CategoryCells.fit(np.array(["b", "a", None, "b"], dtype=object))
    codes = cells.codes(np.array(["a", "b", "c", None], dtype=object))
    assert codes.tolist() == [0, 1, cells.new, cells.missing]


def test_same_window__has_the_same_result():
    assert repr(detect(window())) == repr(detect(window()))

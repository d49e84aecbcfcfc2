"""Every DriftDetector: sees what moved and how far, and nothing where nothing did."""

import numpy as np
import pytest

from fakes import drift_detector as fake
from support.lazy_module import LazyModule

scipy = LazyModule("adapters.scipy")
evidently = LazyModule("adapters.evidently")

REFERENCE_ROWS, ROWS = 2000, 600


def draw_columns(seed, rows):
    draw = np.random.default_rng(seed)
    return {
        "temperature": draw.normal(24, 3, rows).round(1),
        "stops": draw.integers(1, 6, rows).astype(float),
        "traffic": draw.choice(["clear", "detour", "heavy"], rows, p=[0.3, 0.4, 0.3]).astype(object),
        "humidity": np.where(draw.random(rows) < 0.1, np.nan, draw.random(rows)),
        "carrier": np.where(draw.random(rows) < 0.1, None, draw.choice(list("abcdefgh"), rows)),
    }


REFERENCE = draw_columns(0, REFERENCE_ROWS)
EQUAL = np.full(REFERENCE_ROWS, 1 / REFERENCE_ROWS)


@pytest.fixture(
    scope="module",
    params=["fake", pytest.param("scipy", marks=pytest.mark.real), pytest.param("evidently", marks=pytest.mark.real)],
)
def fitted(request):
    detectors = {"fake": lambda: fake, "scipy": lambda: scipy, "evidently": lambda: evidently}
    return detectors[request.param]().DriftDetector().fit(REFERENCE, None)


def compare(fitted, columns, groups=None, weights=EQUAL):
    return {distance.column: distance for distance in fitted.compare(columns, groups, weights)}


@pytest.fixture(scope="module")
def unmoved(fitted):
    return compare(fitted, draw_columns(11, ROWS))


@pytest.fixture(scope="module")
def moved(fitted):
    columns = draw_columns(2, ROWS)
    draw = np.random.default_rng(3)
    return compare(
        fitted,
        {
            "temperature": columns["temperature"] + 2,
            "stops": columns["stops"] * 10,
            "traffic": np.where(draw.random(ROWS) < 0.2, "flooded", columns["traffic"]).astype(object),
            "humidity": np.where(draw.random(ROWS) < 0.2, np.nan, columns["humidity"]),
            "carrier": np.where(draw.random(ROWS) < 0.3, None, columns["carrier"]),
        },
    )


def test_unmoved_columns__have_small_effects_and_ordinary_p_values(unmoved):
    assert list(unmoved) == list(REFERENCE)
    assert all(distance.effect < 0.12 for distance in unmoved.values())
    assert all(distance.p_value > 0.001 and distance.missing_p_value > 0.001 for distance in unmoved.values())


def test_moved_values__have_their_effect_and_a_small_p_value(moved):
    assert 0.15 < moved["temperature"].effect < moved["stops"].effect <= 1
    assert 0.15 < moved["traffic"].effect < 0.5
    assert max(moved[name].p_value for name in ("temperature", "stops", "traffic")) < 1e-6


def test_share_of_missing_values__is_a_test_of_its_own(moved):
    for name in ("humidity", "carrier"):
        assert moved[name].missing_p_value < 1e-6
        assert moved[name].p_value > 0.001
        assert moved[name].effect < 0.1
    assert moved["temperature"].missing_p_value == 1


def test_constant_column__is_far_from_one_with_many_values(fitted):
    columns = draw_columns(4, ROWS) | {"temperature": np.full(ROWS, 24.0), "traffic": np.full(ROWS, "heavy", object)}

    distances = compare(fitted, columns)

    assert all(distances[name].effect > 0.3 and distances[name].p_value < 1e-6 for name in ("temperature", "traffic"))


def test_result_of_a_column__does_not_depend_on_the_others(fitted, unmoved):
    columns = draw_columns(11, ROWS)

    assert compare(fitted, {name: columns[name] for name in ("stops", "carrier")}) == {
        name: unmoved[name] for name in ("stops", "carrier")
    }
    spoilt = columns | {"temperature": np.full(ROWS, 1e9), "traffic": np.full(ROWS, "x", object)}
    others = compare(fitted, spoilt)
    assert {name: others[name] for name in ("stops", "humidity", "carrier")} == {
        name: unmoved[name] for name in ("stops", "humidity", "carrier")
    }


def test_result_of_a_column_in_groups__does_not_depend_on_the_others(fitted):
    columns, groups = draw_columns(11, ROWS), np.arange(ROWS) // 3

    together = compare(fitted, columns, groups)

    assert compare(fitted, {"humidity": columns["humidity"]}, groups)["humidity"] == together["humidity"]
    assert compare(fitted, {"carrier": columns["carrier"]}, groups)["carrier"] == together["carrier"]


def test_column_with_few_values__has_a_test_of_its_missing_values_only(fitted):
    columns = draw_columns(11, ROWS)
    values = np.where(np.arange(ROWS) < 20, columns["humidity"], np.nan)

    distance = compare(fitted, columns | {"humidity": values})["humidity"]

    assert (distance.effect, distance.p_value) == (None, None)
    assert distance.missing_p_value < 1e-6


def test_comparison__is_deterministic_and_does_not_change_its_input(fitted, unmoved):
    columns = draw_columns(11, ROWS)
    for values in columns.values():
        values.flags.writeable = False

    assert compare(fitted, columns) == unmoved


def test_groups__count_less_than_their_rows(fitted):
    shipments = draw_columns(5, ROWS // 6)
    lines = {name: np.repeat(values, 6) for name, values in shipments.items()}
    alone = compare(fitted, lines)

    grouped = compare(fitted, lines, np.repeat(np.arange(ROWS // 6), 6))

    assert all(grouped[name].p_value > 0.001 for name in grouped)
    assert min(distance.p_value for distance in alone.values()) < min(distance.p_value for distance in grouped.values())


def test_weights__change_what_a_window_is_compared_with(fitted):
    is_warm = REFERENCE["temperature"] > 24
    warm = {name: values[draw_columns(11, ROWS)["temperature"] > 24] for name, values in draw_columns(11, ROWS).items()}
    weights = is_warm / is_warm.sum()

    assert compare(fitted, warm)["temperature"].p_value < 1e-6
    weighted = compare(fitted, warm, weights=weights)["temperature"]
    assert weighted.p_value > 0.001
    assert weighted.effect < 0.15


@pytest.mark.parametrize("column", ["numbers", "texts"])
def test_constant_reference__is_equal_to_the_same_constant_and_far_from_another(column):
    values = {
        "numbers": (np.full(300, 5.0), np.full(300, 6.0)),
        "texts": (np.full(300, "a", object), np.full(300, "b", object)),
    }
    reference, other = values[column]
    for detector in (fake.DriftDetector(), scipy.DriftDetector()):
        fitted = detector.fit({column: reference}, None)
        same, far = (fitted.compare({column: rows}, None, np.full(300, 1 / 300))[0] for rows in (reference, other))

        assert (same.effect, same.p_value, same.missing_p_value) == (0, 1, 1)
        assert far.effect == pytest.approx(1)
        assert far.p_value < 1e-6

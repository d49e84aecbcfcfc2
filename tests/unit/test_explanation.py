"""Points of the calibrated probability by column, and the words for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import FeatureEncoder, parse_schema
from delay_core.explanation import Reason, dependence_axes, explain, format_reason, importances, reasons, source_values
from delay_core.features import to_arrays
from delay_core.ports.explainer import Contributions
from delay_core.validation import KNOWN_AT, LATE

SOURCES = {"weight": [0, 1], "mode": [2, 3, 4], "sent": [5]}


def sigmoid(scores):
    return 1 / (1 + np.exp(-np.asarray(scores, dtype=float)))


def contributions(values, base=-0.4, scale="log_odds"):
    return Contributions(base, np.array(values, dtype=float), scale)


def identity(probabilities):
    return probabilities


def steps(probabilities):
    """As isotonic regression: flat, a step at one half, flat."""
    return np.where(probabilities < 0.5, 0.2, 0.7)


def flat(probabilities):
    return np.full(len(probabilities), 0.4)


def squeezed(probabilities):
    return 0.1 + 0.5 * probabilities**2


def answered(found, calibrate):
    return calibrate(sigmoid(found.scores) if found.scale == "log_odds" else found.scores)


def explained(found, calibrate=identity):
    return explain(found, SOURCES, calibrate, answered(found, calibrate))


CONTRIBUTIONS = st.lists(
    st.lists(st.floats(-4, 4), min_size=6, max_size=6), min_size=1, max_size=5
)  # fmt: skip
CALIBRATIONS = st.sampled_from([identity, steps, flat, squeezed])


@given(CONTRIBUTIONS, CALIBRATIONS)
def test_base_and_points_add_up_to_the_probability(values, calibrate):
    found = contributions(values)
    result = explained(found, calibrate)
    total = result.base + result.points.sum(axis=1) / 100
    np.testing.assert_allclose(total, answered(found, calibrate), rtol=0, atol=1e-9)


@given(CONTRIBUTIONS, CALIBRATIONS)
def test_points_are_never_opposed_to_contributions_and_never_beyond_a_hundred(values, calibrate):
    found = contributions(values)
    points = explained(found, calibrate).points
    moved = np.stack([found.values[:, places].sum(axis=1) for places in SOURCES.values()], axis=1)
    assert (points * np.sign(moved) >= -1e-9).all()
    assert (np.abs(points).sum(axis=1) <= 200).all()
    assert (np.abs(points) <= 100).all()


@given(st.lists(st.lists(st.floats(-0.1, 0.1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_where_the_map_is_straight_points_are_proportional_to_contributions(values):
    found = contributions(values, base=0.4, scale="probability")
    points = explained(found, lambda p: 0.1 + 0.5 * p).points
    moved = np.stack([found.values[:, places].sum(axis=1) for places in SOURCES.values()], axis=1)
    np.testing.assert_allclose(points, 50 * moved, atol=1e-9)


def test_what_only_pushes_up_shares_the_rise_by_contribution():
    found = contributions([[0.25, 0.75, 2.0, 0.5, 0.5, 0.0]])
    result = explained(found)
    rise = 100 * float(sigmoid(3.6) - sigmoid(-0.4))
    np.testing.assert_allclose(result.points, [[rise / 4, rise * 3 / 4, 0]])
    assert result.base == pytest.approx(sigmoid(-0.4))


def test_sides_that_cancel_out_keep_their_points():
    [[up, down, _]] = explained(contributions([[2.0, 0, -2.0, 0, 0, 0]])).points
    assert up == pytest.approx(-down)
    assert 30 < up < 50


def test_on_a_flat_stretch_both_sides_are_told_by_what_each_alone_would_do():
    [[up, down, _]] = explained(contributions([[3.0, 0, -2.9, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(25), pytest.approx(-25))


def test_a_step_between_two_scores_close_together_makes_no_enormous_points():
    [[up, down, _]] = explained(contributions([[2.0, 0, -1.59, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(50), 0)
    [[up, down, _]] = explained(contributions([[2.0, 0, -1.61, 0, 0, 0]]), steps).points
    assert (up, down) == (pytest.approx(25), pytest.approx(-25))


def test_a_map_that_is_flat_everywhere_gives_no_points():
    result = explained(contributions([[2.0, 0, -1, 0, 0, 1]]), flat)
    assert result.base == 0.4
    assert not result.points.any()


def test_points_add_up_to_the_answer_though_the_score_is_off_in_its_last_bits():
    values = [[0.4 - 1e-9, 0, 0, 0, 0, 0], [0.5, 0, -0.1 - 1e-9, 0, 0, 0], [0, 0, 0.5, 0, 0, -0.1 - 1e-9]]
    result = explain(contributions(values), SOURCES, steps, np.array([0.7, 0.7, 0.7]))  # the answer lies above the step
    np.testing.assert_allclose(result.base + result.points.sum(axis=1) / 100, 0.7, atol=1e-12)


def test_a_model_that_no_feature_moves_has_no_points():
    result = explained(contributions(np.zeros((2, 6)), base=0.3, scale="probability"))
    assert result.base == 0.3
    assert not result.points.any()


def test_a_score_beyond_all_bounds_is_explained():
    values = [[1e30, 0, 0, 0, 0, 0], [-1e30, 0, 1e20, 0, 0, 0]]
    result = explain(contributions(values), SOURCES, identity, np.array([1.0, 0.0]))
    np.testing.assert_allclose(result.base + result.points.sum(axis=1) / 100, [1, 0], atol=1e-12)


def test_importances_are_mean_points_either_way_the_largest_first():
    result = explained(contributions([[0.01, 0, 0.5, 0, 0, -1], [-0.01, 0, -0.5, 0, 0, 1]]))
    found = importances(result)
    assert [importance.source for importance in found] == ["sent", "mode", "weight"]
    assert found[0].points == pytest.approx(np.abs(result.points[:, 2]).mean())


# Words.

SCHEMA = parse_schema(
    """
name: parcels
version: 1
source: {timezone: America/New_York}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
calendar: [{column: sent, parts: [hour, weekday]}]
derived:
  days to go: {days: [sent, promised]}
  distance: {haversine: [lat, lon, to lat, to lon]}
  price of a kilo: {ratio: [value, weight]}
  late rate of the carrier: {late_rate: carrier}
columns:
  sent: {role: timestamp}
  promised: {role: timestamp, nullable: true, sentinels: {not captured: none yet}}
  weight: {role: numeric, unit: kg, nullable: true, sentinels: {broken scale: "-1"}}
  value: {role: numeric, unit: EUR}
  lat: {role: numeric}
  lon: {role: numeric}
  to lat: {role: numeric}
  to lon: {role: numeric}
  mode: {role: categorical, nullable: true}
  carrier: {role: identifier}
  buyer: {role: identifier, pii: true}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)


def table(rows):
    count = len(rows)
    found = pd.DataFrame(rows, columns=["sent", "promised", "why", "weight", "why weight", "mode"])
    for column in ("sent", "promised"):
        found[column] = pd.DatetimeIndex(found[column].to_numpy(dtype="datetime64[us]")).tz_localize("UTC")
    return pd.DataFrame(
        {
            "sent": found["sent"],
            "promised": found["promised"],
            "promised: why missing": found["why"].astype(object),
            "weight": found["weight"].astype(float),
            "weight: why missing": found["why weight"].astype(object),
            "value": np.full(count, 1234.5),
            "lat": 52.5,
            "lon": 13.4,
            "to lat": 48.9,
            "to lon": 2.35,
            "mode": found["mode"].astype(object),
            "carrier": np.full(count, "C1", dtype=object),
            LATE: np.arange(count) % 2.0,
            KNOWN_AT: found["sent"],
        }
    )


PLAIN = ("2024-03-01T13:05", "2024-03-03T01:05", None, 2.5, None, "air")
BARE = ("2024-03-04T05:00", None, "not captured", np.nan, "broken scale", None)
TABLE = table(
    [PLAIN] * 6 + [("2024-03-02T00:00", "2024-03-03", None, np.nan, None, "sea   \n freight " + "x" * 80), BARE]
)
ENCODER = FeatureEncoder.fit(SCHEMA, to_arrays(TABLE, TABLE.columns))
FEATURES = ENCODER.encode_table(TABLE)


def told(row, size=1.0):
    """Source → its reason, each column having contributed the same."""
    values = np.full((len(TABLE), len(ENCODER.names)), size / len(ENCODER.names))
    found = contributions(values)
    result = explain(found, ENCODER.sources, identity, answered(found, identity))
    return {reason.source: reason for reason in reasons(result, SCHEMA, ENCODER, TABLE, FEATURES)[row]}


def test_values_are_told_as_people_read_them():
    assert {source: reason.value for source, reason in told(0).items()} == {
        "sent": "2024-03-01 13:05 UTC",
        "promised": "2024-03-03 01:05 UTC",
        "weight": "2.5 kg",
        "value": "1,234 EUR",
        "lat": "52.5",
        "lon": "13.4",
        "to lat": "48.9",
        "to lon": "2.35",
        "mode": "air",
        "days to go": "1.5 days",
        "distance": "873.9 km",
        "price of a kilo": "493.8",
        "late rate of the carrier": "50 %",
    }


def test_what_is_missing_says_so_and_why():
    found = told(7)
    assert found["promised"].value == "missing (not captured)"
    assert found["weight"].value == "missing (broken scale)"
    assert found["mode"].value == found["days to go"].value == found["price of a kilo"].value == "missing"


def test_midnight_a_single_day_and_long_texts_are_told_briefly():
    found = told(6)
    assert found["sent"].value == "2024-03-02"
    assert found["weight"].value == "missing"
    assert found["days to go"].value == "1 day"
    assert found["mode"].value == "sea freight " + "x" * 48 + "…"


def test_personal_data_is_no_reason():
    assert not {"buyer", "carrier"} & set(told(0))


def test_reasons_come_in_the_order_of_what_they_move():
    draw = np.random.default_rng(0)
    found = contributions(draw.normal(size=(len(TABLE), len(ENCODER.names))))
    result = explain(found, ENCODER.sources, identity, answered(found, identity))
    for row, given_ in enumerate(reasons(result, SCHEMA, ENCODER, TABLE, FEATURES)):
        sizes = [abs(reason.points) for reason in given_]
        assert sizes == sorted(sizes, reverse=True)
        assert sum(reason.points for reason in given_) == pytest.approx(result.points[row].sum())


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (18.2, "+18 points"), (-2.4, "-2 points"), (1.2, "+1 point"), (-1.0, "-1 point"), (0.99, "less than 1 point"),
        (-0.4, "less than 1 point"), (0.0, "less than 1 point"), (-61.5, "-62 points"),
    ],
)  # fmt: skip
def test_points_in_words(points, said):
    assert format_reason(Reason("Traffic_Status", "Heavy", points)) == f"Traffic_Status Heavy: {said}"


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (52.0, "52 kg"), (1e6, "1,000,000 kg"), (0.0, "0 kg"), (-3.14159, "-3.142 kg"), (3e-7, "3e-07 kg"),
        (1e20, "1e+20 kg"),
    ],
)  # fmt: skip
def test_numbers_are_readable_at_every_size(weight, said):
    one = table([(*PLAIN[:3], weight, *PLAIN[4:])])
    features = ENCODER.encode_table(one)
    found = contributions(np.zeros((1, len(ENCODER.names))))
    result = explain(found, ENCODER.sources, identity, answered(found, identity))
    [given_] = reasons(result, SCHEMA, ENCODER, one, features)
    assert {reason.source: reason.value for reason in given_}["weight"] == said


def test_pictures_are_drawn_over_values_with_their_unit():
    axes = dependence_axes("weight", SCHEMA, ENCODER, TABLE, FEATURES)
    np.testing.assert_array_equal(axes["weight (kg)"], TABLE["weight"])
    assert list(dependence_axes("mode", SCHEMA, ENCODER, TABLE, FEATURES)) == ["mode"]
    [(label, days)] = dependence_axes("days to go", SCHEMA, ENCODER, TABLE, FEATURES).items()
    assert label == "days to go (days)"
    np.testing.assert_allclose(days, [1.5] * 6 + [1, np.nan])


def test_pictures_of_a_time_are_drawn_over_the_parts_that_the_model_reads():
    axes = dependence_axes("sent", SCHEMA, ENCODER, TABLE, FEATURES)
    assert list(axes) == ["hour (America/New_York)", "weekday (0 is Monday)"]
    assert axes["hour (America/New_York)"][[0, 6, 7]].tolist() == [8, 19, 0]


def test_pictures_of_a_time_without_parts_are_drawn_over_time():
    [(label, times)] = dependence_axes("promised", SCHEMA, ENCODER, TABLE, FEATURES).items()
    assert label == "promised"
    np.testing.assert_array_equal(times, source_values("promised", SCHEMA, ENCODER, TABLE, FEATURES))
    assert times.dtype.kind == "M"

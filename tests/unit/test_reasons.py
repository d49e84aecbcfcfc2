"""Reasons as text, and the axes of dependence plots."""

import numpy as np
import pandas as pd
import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.explanation import Reason, dependence_axes, explain, format_reason, reasons, source_values
from delay_core.explanation.source_values import format_value
from delay_core.features import to_arrays
from delay_core.ports.explainer import Contributions
from delay_core.validation import KNOWN_AT, LATE


def sigmoid(scores):
    return 1 / (1 + np.exp(-np.asarray(scores, dtype=float)))


def contributions(values):
    return Contributions(-0.4, np.array(values, dtype=float), "log_odds")


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
  outcomes of the carrier: {outcome_count: carrier}
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
    frame = pd.DataFrame(rows, columns=["sent", "promised", "why", "weight", "why weight", "mode"])
    for column in ("sent", "promised"):
        frame[column] = pd.DatetimeIndex(frame[column].to_numpy(dtype="datetime64[us]")).tz_localize("UTC")
    return pd.DataFrame(
        {
            "sent": frame["sent"],
            "promised": frame["promised"],
            "promised: why missing": frame["why"].astype(object),
            "weight": frame["weight"].astype(float),
            "weight: why missing": frame["why weight"].astype(object),
            "value": np.full(count, 1234.5),
            "lat": 52.5,
            "lon": 13.4,
            "to lat": 48.9,
            "to lon": 2.35,
            "mode": frame["mode"].astype(object),
            "carrier": np.full(count, "C1", dtype=object),
            LATE: np.arange(count) % 2.0,
            KNOWN_AT: frame["sent"],
        }
    )


PLAIN = ("2024-03-01T13:05", "2024-03-03T01:05", None, 2.5, None, "air")
BARE = ("2024-03-04T05:00", None, "not captured", np.nan, "broken scale", None)
TABLE = table(
    [PLAIN] * 6 + [("2024-03-02T00:00", "2024-03-03", None, np.nan, None, "sea   \n freight " + "x" * 80), BARE]
)
ENCODER = FeatureEncoder.fit(SCHEMA, to_arrays(TABLE, TABLE.columns))
FEATURES = ENCODER.encode_table(TABLE)


def explain_rows(model_contributions):
    """Attributions of contributions without calibration."""
    scores = model_contributions.scores
    return explain(model_contributions, ENCODER.sources, lambda probabilities: probabilities, sigmoid(scores))


def reasons_by_source(row):
    """Source → its reason; all features have equal contributions."""
    values = np.full((len(TABLE), len(ENCODER.names)), 1 / len(ENCODER.names))
    result = explain_rows(contributions(values))
    return {reason.source: reason for reason in reasons(result, SCHEMA, ENCODER, TABLE, FEATURES)[row]}


def test_reasons__have_values_as_text():
    assert {source: reason.value for source, reason in reasons_by_source(0).items()} == {
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
        "outcomes of the carrier": "0",
    }


def test_reasons__say_that_a_value_is_missing_and_why():
    by_source = reasons_by_source(7)
    assert by_source["promised"].value == "missing (not captured)"
    assert by_source["weight"].value == "missing (broken scale)"
    assert by_source["mode"].value == by_source["days to go"].value == by_source["price of a kilo"].value == "missing"


def test_reasons__abbreviate_midnight_one_day_and_long_texts():
    by_source = reasons_by_source(6)
    assert by_source["sent"].value == "2024-03-02"
    assert by_source["weight"].value == "missing"
    assert by_source["days to go"].value == "1 day"
    assert by_source["mode"].value == "sea freight " + "x" * 48 + "…"


def test_reasons__have_no_personal_data():
    assert not {"buyer", "carrier"} & set(reasons_by_source(0))


def test_reasons__are_in_descending_order_and_sum_to_the_points():
    draw = np.random.default_rng(0)
    result = explain_rows(contributions(draw.normal(size=(len(TABLE), len(ENCODER.names)))))
    for row, row_reasons in enumerate(reasons(result, SCHEMA, ENCODER, TABLE, FEATURES)):
        sizes = [abs(reason.points) for reason in row_reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert sum(reason.points for reason in row_reasons) == pytest.approx(result.points[row].sum())


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (18.2, "+18 points"), (-2.4, "-2 points"), (1.2, "+1 point"), (-1.0, "-1 point"), (0.99, "less than 1 point"),
        (-0.4, "less than 1 point"), (0.0, "less than 1 point"), (-61.5, "-62 points"),
    ],
)  # fmt: skip
def test_format_reason__rounds_points(points, text):
    assert format_reason(Reason("Traffic_Status", "Heavy", points)) == f"Traffic_Status Heavy: {text}"


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (52.0, "52 kg"), (1e6, "1,000,000 kg"), (0.0, "0 kg"), (-3.14159, "-3.142 kg"), (3e-7, "3e-07 kg"),
        (1e20, "1e+20 kg"),
    ],
)  # fmt: skip
def test_reasons__format_numbers_of_any_size(weight, text):
    one = table([(*PLAIN[:3], weight, *PLAIN[4:])])
    features = ENCODER.encode_table(one)
    result = explain_rows(contributions(np.zeros((1, len(ENCODER.names)))))
    [row_reasons] = reasons(result, SCHEMA, ENCODER, one, features)
    assert {reason.source: reason.value for reason in row_reasons}["weight"] == text


def test_dependence_axes__have_values_with_their_unit():
    axes = dependence_axes("weight", SCHEMA, ENCODER, TABLE, FEATURES)
    np.testing.assert_array_equal(axes["weight (kg)"], TABLE["weight"])
    assert list(dependence_axes("mode", SCHEMA, ENCODER, TABLE, FEATURES)) == ["mode"]
    [(label, days)] = dependence_axes("days to go", SCHEMA, ENCODER, TABLE, FEATURES).items()
    assert label == "days to go (days)"
    np.testing.assert_allclose(days, [1.5] * 6 + [1, np.nan])


def test_dependence_axes__of_a_timestamp_are_its_calendar_parts():
    axes = dependence_axes("sent", SCHEMA, ENCODER, TABLE, FEATURES)
    assert list(axes) == ["hour (America/New_York)", "weekday (0 is Monday)"]
    assert axes["hour (America/New_York)"][[0, 6, 7]].tolist() == [8, 19, 0]


def test_dependence_axes__leave_out_a_part_that_is_the_same_for_all_rows():
    same_hour = FEATURES.copy()
    same_hour[:, ENCODER.names.index("sent: hour")] = 8
    assert list(dependence_axes("sent", SCHEMA, ENCODER, TABLE, same_hour)) == ["weekday (0 is Monday)"]
    one = dependence_axes("sent", SCHEMA, ENCODER, TABLE.iloc[:1], FEATURES[:1])
    assert list(one) == ["hour (America/New_York)", "weekday (0 is Monday)"]


def test_dependence_axes__show_the_recent_late_rate_in_percent():
    parts = SCHEMA.calendar[0].model_copy(update={"parts": ("hour", "recent_late_rate")})
    schema = SCHEMA.model_copy(update={"calendar": (parts,)})
    encoder = FeatureEncoder.fit(schema, to_arrays(TABLE, TABLE.columns))
    features = encoder.encode_table(TABLE)
    rates = 100 * features[:, encoder.names.index("sent: recent late rate")]
    assert len(np.unique(rates)) > 1
    axes = dependence_axes("sent", schema, encoder, TABLE, features)
    np.testing.assert_allclose(axes["recent late rate (%)"], rates)


def test_dependence_axes__of_a_timestamp_without_parts_are_its_values():
    [(label, times)] = dependence_axes("promised", SCHEMA, ENCODER, TABLE, FEATURES).items()
    assert label == "promised"
    np.testing.assert_array_equal(times, source_values("promised", SCHEMA, ENCODER, TABLE, FEATURES))
    assert times.dtype.kind == "M"


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (52, "min", "52 min"),
        (-3.5, "°C", "-3.5 °C"),
        (4, "USD/pack", "4 USD/pack"),
        (36, "hours", "36 hours"),
        (1, "item", "1 item"),
        (227, "item", "227 (item)"),
        (3, "order/month", "3 (order/month)"),
        (227, None, "227"),
    ],
)
def test_unit__stands_in_parentheses_where_it_does_not_read_after_a_number(number, unit, text):
    assert format_value(number, unit) == text

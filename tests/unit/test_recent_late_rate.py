"""The recent late rate: of the latest outcomes that were on record before the day of the prediction."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import SchemaError
from delay_core.features import to_arrays
from delay_core.schema.derived import Calendar
from delay_core.transformers.recent_late_rate import OUTCOMES
from delay_core.transformers.target_encoding import SMOOTHING_ROWS

PARCELS = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
calendar: [{column: sent, parts: [weekday, recent_late_rate]}]
columns:
  sent: {role: timestamp}
  due: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, available_at: delivered}
"""
SCHEMA = parse_schema(PARCELS, "parcels.yaml")
NAME = "sent: recent late rate"
START = np.datetime64("2024-01-01", "us")
DAY = np.timedelta64(1, "D")
ROW = st.tuples(st.integers(0, 30), st.integers(0, 5), st.sampled_from([0.0, 1.0, np.nan]))
ROWS = st.lists(ROW, min_size=1, max_size=500)


def table(rows):
    sent, after, late = (np.array(column) for column in zip(*rows, strict=True))
    times = START + sent * DAY
    known = np.where(np.isnan(late), np.datetime64("NaT", "us"), times + after * DAY)
    return pd.DataFrame(
        {
            "sent": pd.DatetimeIndex(times).tz_localize("UTC"),
            "due": pd.DatetimeIndex(times).tz_localize("UTC"),
            "known_at": pd.DatetimeIndex(known).tz_localize("UTC"),
            "late": late,
            "weight": 1.0 * sent,
        }
    )


def fit(train):
    return FeatureEncoder.fit(SCHEMA, to_arrays(train, train.columns))


def rates(encoder, rows):
    return encoder.encode_table(rows)[:, encoder.names.index(NAME)]


def rate_by_hand(train, day):
    """The smoothed rate of the latest outcomes before the day; those of the first of their days count all."""
    known = train[train["late"].notna() & (train["known_at"] < day)].sort_values("known_at", ascending=False)
    latest = known
    if len(known) > OUTCOMES:
        latest = known[known["known_at"] >= known["known_at"].iloc[OUTCOMES - 1]]
    overall = (known["late"].sum() + 0.5) / (len(known) + 1)
    return (latest["late"].sum() + SMOOTHING_ROWS * overall) / (len(latest) + SMOOTHING_ROWS)


@given(ROWS)
def test_rate__matches_its_definition(rows):
    train = table(rows)
    expected = [rate_by_hand(train, day) for day in train["sent"]]
    assert rates(fit(train), train).tolist() == pytest.approx(expected, rel=1e-6)


@given(ROWS, st.integers(0, 499), st.lists(st.sampled_from([0.0, 1.0]), min_size=500, max_size=500))
def test_rate__does_not_depend_on_outcomes_known_after_the_prediction_point(rows, which, others):
    train = table(rows)
    row = train.iloc[[which % len(train)]]
    later = (train["known_at"] >= row["sent"].iloc[0]) & train["late"].notna()
    shifted = train.assign(late=np.where(later, others[: len(train)], train["late"]))
    assert rates(fit(train), row) == rates(fit(shifted), row)


def test_rate__follows_a_jump_and_stays_after_the_last_outcome():
    before, after = [(day, 1, 0.0) for day in range(20) for _ in range(50)], [(20 + day, 1, 1.0) for day in range(200)]
    encoder = fit(table(before + after))
    at_the_jump, known, years_later = rates(encoder, table([(20, 0, np.nan), (221, 0, np.nan), (2000, 0, np.nan)]))
    assert at_the_jump < 0.01
    assert known == years_later > 0.9


def test_rate__is_a_calendar_feature_that_can_be_left_out_and_survives_json():
    train = table([(day, 1, float(day % 3 == 0)) for day in range(300)])
    encoder = fit(train)
    assert encoder.calendar == ("sent: weekday", NAME)
    assert NAME not in encoder.without_calendar({NAME}).names
    again = FeatureEncoder.from_json(encoder.to_json())
    assert again.encode_table(train).tobytes() == encoder.encode_table(train).tobytes()


def test_the_reference__names_the_number_of_outcomes():
    assert f"the latest {OUTCOMES} outcomes" in str(Calendar.model_fields["parts"].description)


def test_recent_late_rate__of_another_time_than_the_prediction_point_is_refused():
    other = PARCELS.replace("{column: sent, parts", "{column: due, parts")
    with pytest.raises(SchemaError, match=r"calendar\.0\.parts: recent_late_rate is .* prediction point, 'sent'"):
        parse_schema(other, "parcels.yaml")

"""Late rates and outcomes so far: what was on record before the day of the prediction, and nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import FeatureEncoder, parse_schema
from delay_core.features import to_arrays
from delay_core.transformers.base import MIN_CATEGORY_ROWS
from delay_core.transformers.target_encoding import SMOOTHING_ROWS
from support.encoded_alone import encode_one_by_one

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
derived:
  rate of the lane: {late_rate: [origin, destination]}
  rate of the vendor: {late_rate: vendor}
  outcomes of the lane: {outcome_count: [origin, destination]}
  outcomes of the vendor: {outcome_count: vendor}
columns:
  sent: {role: timestamp}
  origin: {role: categorical, encode: late_rate}
  destination: {role: categorical, nullable: true}
  vendor: {role: identifier}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
COUNTS = ["outcomes of the lane", "outcomes of the vendor"]
RATES = ["origin: late rate so far", "rate of the lane", "rate of the vendor"]
START = np.datetime64("2024-01-01", "us")
HOUR = np.timedelta64(1, "h")
ROW = st.tuples(
    st.integers(0, 500),  # sent, hours
    st.integers(0, 100),  # on record so many hours later
    st.sampled_from([0.0, 1.0, np.nan]),
    st.sampled_from("ab"),
    st.sampled_from(["x", None]),
    st.sampled_from("vw"),
)
ROWS = st.lists(ROW, min_size=1, max_size=60)


def table(rows):
    sent, after, late, origin, destination, vendor = (list(column) for column in zip(*rows, strict=True))
    times = START + np.array(sent) * HOUR
    late = np.array(late)
    known = np.where(np.isnan(late), np.datetime64("NaT", "us"), times + np.array(after) * HOUR)
    return pd.DataFrame(
        {
            "sent": pd.DatetimeIndex(times).tz_localize("UTC"),
            "known_at": pd.DatetimeIndex(known).tz_localize("UTC"),
            "late": late,
            "origin": np.array(origin, dtype=object),
            "destination": np.array(destination, dtype=object),
            "vendor": np.array(vendor, dtype=object),
        }
    )


def encoded(train, rows):
    fitted = FeatureEncoder.fit(SCHEMA, to_arrays(train, train.columns))
    return pd.DataFrame(fitted.encode_table(rows), columns=fitted.names)


def rates(train, rows):
    return encoded(train, rows)[RATES]


def by_hand(train, by):
    """The rate and the outcomes of every row, one after another, by the definition."""
    late, labelled = train["late"].to_numpy(), train["late"].notna().to_numpy()
    sent, known = (train[name].dt.tz_localize(None).to_numpy().astype("datetime64[D]") for name in ("sent", "known_at"))
    keys = list(zip(*(train[name] for name in by), strict=True))
    for row, key in enumerate(keys):
        is_known = labelled & (known < sent[row])
        same = np.array([other == key for other in keys])
        own = is_known & same & ((labelled & same).sum() >= MIN_CATEGORY_ROWS)
        rate = (late[is_known].sum() + 0.5) / (is_known.sum() + 1)
        yield (late[own].sum() + SMOOTHING_ROWS * rate) / (own.sum() + SMOOTHING_ROWS), own.sum()


@given(ROWS)
def test_rate_and_count__match_their_definitions(rows):
    train = table(rows)
    features = encoded(train, train)
    for name, by in zip(RATES, (["origin"], ["origin", "destination"], ["vendor"]), strict=True):
        assert features[name].tolist() == pytest.approx([rate for rate, _ in by_hand(train, by)], rel=1e-6)
    for name, by in zip(COUNTS, (["origin", "destination"], ["vendor"]), strict=True):
        assert np.expm1(features[name]).tolist() == pytest.approx([count for _, count in by_hand(train, by)], abs=1e-4)


@given(ROWS, st.integers(0, 59), st.lists(st.sampled_from([0.0, 1.0]), min_size=60, max_size=60))
def test_features__do_not_depend_on_outcomes_known_after_the_prediction_point(rows, which, others):
    train = table(rows)
    row = train.iloc[[which % len(train)]]
    later = (train["known_at"] >= row["sent"].iloc[0]) & train["late"].notna()
    shifted = train.assign(late=np.where(later, others[: len(train)], train["late"]))
    before, after = (FeatureEncoder.fit(SCHEMA, to_arrays(t, t.columns)).encode_table(row) for t in (train, shifted))
    assert before.tobytes() == after.tobytes()


def test_rate__depends_on_outcomes_known_before_the_prediction_point():
    rows = [(0, 24, 0.0, "a", "x", "v")] * 20 + [(200, 24, 1.0, "a", "x", "v")]
    later = table(rows).iloc[[-1]]
    low, high = (rates(table([(*row[:2], late, *row[3:]) for row in rows]), later) for late in (0.0, 1.0))
    assert (high > low + 0.5).all().all()


def test_unseen_key__has_the_overall_rate_and_no_outcomes():
    train = table([(0, 24, float(i % 4 == 0), "a", "x", "v") for i in range(400)])
    stranger = encoded(train, table([(200, 0, np.nan, "b", "x", "w")])).iloc[0]
    assert stranger[RATES].tolist() == pytest.approx([0.25] * 3, abs=0.01)
    assert stranger[COUNTS].tolist() == [0, 0]


def test_history__survives_json():
    train = table([(i, 24, float(i % 3 == 0), "ab"[i % 2], None, "v") for i in range(300)])
    fitted = FeatureEncoder.fit(SCHEMA, to_arrays(train, train.columns))
    again = FeatureEncoder.from_json(fitted.to_json())
    assert again.to_json() == fitted.to_json()
    assert again.encode_table(train).tobytes() == fitted.encode_table(train).tobytes()


def test_transformers__have_the_same_bits_together_and_one_by_one():
    train = table([(i, 24, float(i % 3 == 0), "ab"[i % 2], "x" if i % 5 else None, "vw"[i % 2]) for i in range(90)])
    columns = to_arrays(train, train.columns)
    fitted = FeatureEncoder.fit(SCHEMA, columns)
    assert len(fitted.transformers) > len({type(transformer) for transformer in fitted.transformers})
    assert fitted.encode(columns).tobytes() == encode_one_by_one(fitted, columns).tobytes()

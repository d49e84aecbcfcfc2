"""The fitted encoder: one row and a million, before and after JSON, the same bits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import BundleError
from delay_core.features import to_arrays
from support.encoded_alone import encode_one_by_one

SCHEMA = parse_schema(
    """
name: parcels
version: 1
source: {timezone: America/New_York}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
calendar: [{column: sent, parts: [hour, weekday, month, trend]}]
columns:
  sent: {role: timestamp}
  weight: {role: numeric, nullable: true}
  value: {role: numeric}
  mode: {role: categorical, nullable: true}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)


def table(rows):
    sent, weight, value, mode = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "sent": pd.DatetimeIndex(np.array(sent, dtype="datetime64[us]")).tz_localize("UTC"),
            "weight": np.array(weight, dtype=float),
            "value": np.array(value, dtype=float),
            "mode": np.array(mode, dtype=object),
        }
    )


TRAIN = table([(f"2024-01-0{1 + i % 7}T05:00", 1.0 + i, 0.1, "air" if i % 2 else "sea") for i in range(12)]
              + [("2024-07-01T03:00", np.nan, 2.0, "rail")])  # fmt: skip
ENCODER = FeatureEncoder.fit(SCHEMA, to_arrays(TRAIN, TRAIN.columns))
ROWS = st.lists(
    st.tuples(
        st.datetimes(
            min_value=pd.Timestamp("1990-01-01").to_pydatetime(), max_value=pd.Timestamp("2090-01-01").to_pydatetime()
        ),
        st.one_of(st.just(np.nan), st.floats(-1e9, 1e9)),
        st.floats(-1e9, 1e9),
        st.sampled_from(["air", "sea", "rail", "balloon", "", None]),
    ),
    min_size=1,
    max_size=20,
)


def encoded(row):
    return dict(zip(ENCODER.names, ENCODER.encode_table(table([row]))[0].tolist(), strict=True))


def test_feature_names__describe_every_feature():
    assert ENCODER.names == (
        "weight", "weight is missing", "value",
        "mode = air", "mode = sea", "mode = (rare)", "mode = (unseen)", "mode = (missing)",
        "sent: hour", "sent: weekday", "sent: month", "sent: trend",
    )  # fmt: skip


def test_calendar_features__use_the_schemas_timezone():
    row = encoded(("2024-01-01T03:00", 1.0, 1.0, "air"))  # still Sunday evening in New York
    assert (row["sent: hour"], row["sent: weekday"], row["sent: month"]) == (22, 6, 12)


@pytest.mark.parametrize(
    ("sent", "days"),
    [
        ("2024-01-01T06:00", 0),
        ("2024-01-03T04:59", 1),  # still the second day in New York
        ("2024-01-03T05:00", 2),
        ("2024-06-30T23:00", 181),  # the day of the last training row
        ("2030-01-01T00:00", 181),
        ("1999-01-01T00:00", 0),
        (None, -1),
    ],
)
def test_trend__is_clipped_to_the_training_period(sent, days):
    assert encoded((sent, 1.0, 1.0, "air"))["sent: trend"] == days


def test_missing_number__is_the_training_median_with_an_indicator():
    row = encoded(("2024-01-01", np.nan, 1.0, "air"))
    assert (row["weight"], row["weight is missing"]) == (6.5, 1)


@pytest.mark.parametrize(
    ("mode", "bucket"),
    [("air", "air"), ("rail", "(rare)"), ("balloon", "(unseen)"), ("", "(unseen)"), (None, "(missing)")],
)
def test_category__has_one_indicator(mode, bucket):
    row = encoded(("2024-01-01", 1.0, 1.0, mode))
    assert [name for name, value in row.items() if name.startswith("mode") and value] == [f"mode = {bucket}"]


def test_features__name_their_source_column():
    assert ENCODER.sources == {"weight": [0, 1], "value": [2], "mode": [3, 4, 5, 6, 7], "sent": [8, 9, 10, 11]}


@given(ROWS)
def test_single_row_and_batch__have_identical_features(rows):
    batch = ENCODER.encode_table(table(rows))
    assert batch.dtype == np.float32
    assert not np.isnan(batch).any()
    alone = np.concatenate([ENCODER.encode_table(table([row])) for row in rows])
    assert alone.tobytes() == batch.tobytes()


@given(ROWS, ROWS)
def test_json_round_trip__keeps_every_feature(train, rows):
    encoder = FeatureEncoder.fit(SCHEMA, to_arrays(table(train), TRAIN.columns))
    again = FeatureEncoder.from_json(encoder.to_json())
    assert again.to_json() == encoder.to_json()
    assert again.encode_table(table(rows)).tobytes() == encoder.encode_table(table(rows)).tobytes()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": 1}', b"\x80\x04\x95pickle"])
def test_other_json__is_refused(content):
    with pytest.raises(BundleError, match=r"encoder\.json"):
        FeatureEncoder.from_json(content)


def test_encoder_without_calendar__has_the_other_features_in_their_order_and_bits():
    smaller = ENCODER.without_calendar(["sent: weekday", "sent: trend"])
    kept = [ENCODER.names.index(name) for name in smaller.names]
    assert smaller.calendar == ("sent: hour", "sent: month")
    assert kept == sorted(kept)
    np.testing.assert_array_equal(smaller.encode_table(TRAIN), ENCODER.encode_table(TRAIN)[:, kept])
    assert FeatureEncoder.from_json(smaller.to_json()) == smaller
    assert ENCODER.without_calendar(ENCODER.calendar).calendar == ()


def test_transformers__have_the_same_bits_together_and_one_by_one():
    columns = to_arrays(TRAIN, TRAIN.columns)
    assert ENCODER.encode(columns).tobytes() == encode_one_by_one(ENCODER, columns).tobytes()

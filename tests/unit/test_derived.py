"""Features computed from columns, and many categories: what they say, and that one row says what a million say."""

import numpy as np
import pandas as pd
import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.features import to_arrays

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {actual: arrived, promised: due}
derived:
  days promised: {days: [sent, due]}
  distance: {haversine: [lat, lon, to_lat, to_lon]}
  price per kilo: {ratio: [price, weight]}
columns:
  sent: {role: timestamp}
  due: {role: timestamp, nullable: true, sentinels: {by phone: on call, never: "9999-12-31"}}
  arrived: {role: timestamp, nullable: true, available_at: delivered}
  lat: {role: numeric}
  lon: {role: numeric}
  to_lat: {role: numeric}
  to_lon: {role: numeric}
  price: {role: numeric}
  weight: {role: numeric}
  depot: {role: categorical}
  late_twin: {role: ignored}
""",
    "parcels.yaml",
)
TIMES = ("sent", "due", "known_at")


def table(**columns):
    rows = len(next(iter(columns.values())))
    base = {
        "sent": ["2024-01-01"] * rows,
        "due": ["2024-01-03T12:00"] * rows,
        **{name: [0.0] * rows for name in ("lat", "lon", "to_lat", "to_lon")},
        "price": [1.0] * rows,
        "weight": [2.0] * rows,
        "depot": ["north"] * rows,
        "due: why missing": [None] * rows,
        "late": [0.0] * rows,
        "known_at": ["2024-01-04"] * rows,
    }
    values = {**base, **columns}
    for name in TIMES:
        values[name] = pd.DatetimeIndex(np.array(values[name], dtype="datetime64[us]")).tz_localize("UTC")
    return pd.DataFrame(values)


def encoder(train, schema=SCHEMA):
    return FeatureEncoder.fit(schema, to_arrays(train, train.columns))


def features(train, rows):
    fitted = encoder(train)
    return pd.DataFrame(fitted.encode_table(rows), columns=fitted.names)


def test_days_between__counts_days():
    rows = table(due=["2024-01-03T12:00", "2023-12-31", "NaT"])
    encoded = features(table(lat=[0.0] * 5), rows)
    assert encoded["days promised"].tolist() == [2.5, -1.0, 2.5]
    assert encoded["days promised is missing"].tolist() == [0, 0, 1]


def test_haversine__is_the_great_circle_distance():
    rows = table(
        lat=[52.52, 0.0, -90.0], lon=[13.405, 0.0, 0.0], to_lat=[48.8566, 0.0, 90.0], to_lon=[2.3522, 180.0, 0.0]
    )
    encoded = features(table(lat=[0.0] * 5), rows)["distance"].tolist()
    assert encoded[0] == pytest.approx(877.5, abs=1)  # Berlin to Paris
    assert encoded[1:] == pytest.approx([np.pi * 6371.0088] * 2, rel=1e-6)


def test_ratio__is_missing_where_it_is_undefined():
    encoded = features(table(price=[3.0] * 5), table(price=[1.0, 1.0, 1e300], weight=[4.0, 0.0, 1e-300]))
    assert encoded["price per kilo"].tolist() == [0.25, 1.5, 1.5]
    assert encoded["price per kilo is missing"].tolist() == [0, 1, 1]


def test_number__outside_float32_stays_finite():
    assert np.isfinite(features(table(price=[1.0] * 5), table(price=[1e300, -1e300]))).all().all()


def test_missing_reason__is_a_feature():
    encoded = features(table(lat=[0.0] * 5), table(**{"due: why missing": ["by phone", None, "never"]}))
    assert encoded["due is missing: by phone"].tolist() == [1, 0, 0]
    assert encoded["due is missing: never"].tolist() == [0, 0, 1]


def test_many_categories__have_few_indicators_and_a_late_rate():
    depots = [f"depot {number:04d}" for number in range(200) for _ in range(6)]
    train = table(depot=depots)
    [part] = encoder(train).categorical
    assert (len(part.frequent), len(part.rare)) == (16, 184)
    assert "depot: late rate so far" in encoder(train).names
    few = table(depot=depots[:90])
    assert "depot: late rate so far" not in encoder(few).names


def test_encoding_of_categories__follows_the_schema():
    column = SCHEMA.columns["depot"]

    def names(encode):
        changed = SCHEMA.columns | {"depot": column.model_copy(update={"encode": encode})}
        return encoder(table(depot=["n", "s"] * 9), SCHEMA.model_copy(update={"columns": changed})).names

    assert "depot: late rate so far" in names("late_rate")
    assert "depot: late rate so far" not in names("indicators")


def test_categories_above_the_limit__count_as_unseen(monkeypatch):
    monkeypatch.setattr("delay_core.transformers.one_hot.MAX_VOCABULARY", 2)
    fitted = encoder(table(depot=["a", "a", "b", "b", "c"]))
    assert fitted.categorical[0].unseen(np.array(["a", "c", None], dtype=object)).tolist() == [False, True, False]


def test_features__name_their_column_or_derived_feature():
    assert set(encoder(table(lat=[0.0] * 5)).sources) == {
        *("lat", "lon", "to_lat", "to_lon", "price", "weight", "depot", "due"),
        *("days promised", "distance", "price per kilo"),
    }  # fmt: skip

"""The number of indicators is bounded by the outcomes; columns that lose some gain their late rate."""

import numpy as np
import pytest

from delay_core import FeatureEncoder, parse_schema
from delay_core.features.width import BESIDE_LATE_RATES
from support.parcels import parcels_yaml

YAML = parcels_yaml(route="{role: categorical}", site="{role: categorical}", mode="{role: categorical}")
SCHEMA = parse_schema(YAML, "parcels.yaml")
ROUTES, SITES, FEW = 60, 61, 2
ROUTE_SIZES = [2 * (ROUTES - n) for n in range(ROUTES)]
ROWS = sum(ROUTE_SIZES)


def train(late_rate=0.3):
    draw = np.random.default_rng(0)
    times = np.arange(ROWS).astype("datetime64[h]")
    routes = [f"r{n:02}" for n in np.repeat(np.arange(ROUTES), ROUTE_SIZES)]
    return {
        "sent": times,
        "route": np.array(routes, dtype=object),
        "site": np.array([f"s{n:02}" for n in np.arange(ROWS) % SITES], dtype=object),
        "mode": np.array(
            [f"m{n}" for n in np.where(np.arange(ROWS) % 200 < 7, np.arange(ROWS) % 200, 0)], dtype=object
        ),
        "late": (draw.random(ROWS) < late_rate).astype(float),
        "known_at": times,
    }


def indicators(encoder, column):
    buckets = ("(rare)", "(unseen)", "(missing)")
    return [n for n in encoder.names if n.startswith(f"{column} = ") and not n.endswith(buckets)]


def test_indicators__are_at_most_a_fiftieth_of_the_rarer_outcome():
    data = train()
    allowed = BESIDE_LATE_RATES.allows(data["late"])
    assert BESIDE_LATE_RATES.minimum < allowed < ROUTES + SITES
    encoder = FeatureEncoder.fit(SCHEMA, data)
    assert sum(len(indicators(encoder, column)) for column in ("route", "site", "mode")) == allowed


def test_indicators__go_to_the_categories_with_the_most_rows():
    encoder = FeatureEncoder.fit(SCHEMA, train(late_rate=0.05))  # 180 late rows: the minimum
    assert len(indicators(encoder, "mode")) == 7  # few categories keep theirs
    kept = indicators(encoder, "route")
    assert kept == [f"route = r{n:02}" for n in range(len(kept))]
    assert len(kept) + len(indicators(encoder, "site")) == BESIDE_LATE_RATES.minimum - 7


@pytest.mark.parametrize("column", ["route", "site"])
def test_a_column_that_loses_indicators__gains_its_late_rate_and_still_recognizes_every_category(column):
    data = train(late_rate=0.05)
    encoder = FeatureEncoder.fit(SCHEMA, data)
    assert f"{column}: late rate so far" in encoder.names
    [feature] = [feature for feature in encoder.categorical if feature.column == column]
    assert not feature.unseen(data[column]).any()
    assert feature.unseen(np.array(["x"], dtype=object)).all()
    assert "mode: late rate so far" not in encoder.names


def test_few_indicators__are_never_limited():
    data = train(late_rate=0.0)
    sites = np.array([f"s{n:02}" for n in np.arange(ROWS) % FEW], dtype=object)
    encoder = FeatureEncoder.fit(SCHEMA, data | {"route": data["mode"], "site": sites})
    assert len(indicators(encoder, "site")) == FEW


def test_a_column_with_encode_indicators__keeps_all_of_them():
    schema = parse_schema(YAML.replace("site: {role: categorical", "site: {role: categorical, encode: indicators"), "p")
    encoder = FeatureEncoder.fit(schema, train(late_rate=0.05))
    assert len(indicators(encoder, "site")) == SITES
    assert indicators(encoder, "route") == []


def test_a_limited_encoder__is_the_same_after_json():
    data = train()
    encoder = FeatureEncoder.fit(SCHEMA, data)
    again = FeatureEncoder.from_json(encoder.to_json())
    assert again.encode(data).tobytes() == encoder.encode(data).tobytes()


def test_an_encoder_that_was_stored_before_the_limit__still_loads():
    stored = (
        b'{"parts": [{"by_rate": false, "column": "mode", "frequent": ["air", "sea"], "indicator": true,'
        b' "kind": "categorical", "rare": ["rail"]}], "version": 2}'
    )
    encoder = FeatureEncoder.from_json(stored)
    assert encoder.encode({"mode": np.array(["sea", "rail", None], dtype=object)}).argmax(axis=1).tolist() == [1, 2, 4]

"""Many categories also get one number: their place in the alphabet."""

import numpy as np

from delay_core import FeatureEncoder, parse_schema
from delay_core.transformers.ordinal import MAX_UNORDERED_CATEGORIES, OrdinalFeature
from support.parcels import parcels_yaml

YAML = parcels_yaml(site="{role: categorical, nullable: true}")
SITES = [f"site {letter}" for letter in "abcdefghijk"]


def written(feature, values):
    out = np.zeros((len(values), 1), dtype=np.float32)
    feature.encode({"site": np.array(values, dtype=object)}, out)
    return out[:, 0].tolist()


def test_categories__are_numbered_by_frequency_and_others_are_minus_one():
    feature = OrdinalFeature.fit("site", np.array(["b"] * 5 + ["a"] * 5 + ["c"] * 4 + [None] * 9, dtype=object))
    assert written(feature, ["a", "b", "c", "z", None]) == [0, 1, -1, -1, -1]


def test_encoding__applies_to_columns_of_many_categories_only():
    schema = parse_schema(YAML, "parcels.yaml")

    def names(sites):
        values = np.array(sites * 5, dtype=object)
        return FeatureEncoder.fit(schema, {"site": values, "sent": np.zeros(len(values), "datetime64[s]")}).names

    assert "site: place in the alphabet" not in names(SITES[:MAX_UNORDERED_CATEGORIES])
    assert "site: place in the alphabet" in names(SITES[: MAX_UNORDERED_CATEGORIES + 1])


def test_encoding__is_attributed_to_its_source_column():
    schema = parse_schema(YAML, "parcels.yaml")
    values = np.array(SITES * 5, dtype=object)
    encoder = FeatureEncoder.fit(schema, {"site": values, "sent": np.zeros(len(values), "datetime64[s]")})
    assert encoder.names.index("site: place in the alphabet") in encoder.sources["site"]
    assert FeatureEncoder.from_json(encoder.to_json()) == encoder

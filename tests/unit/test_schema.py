"""The schema language: what it derives, and how it answers mistakes."""

import pytest
import yaml

from delay_core import built_in_names, load_schema, parse_schema
from delay_core.errors import SchemaError

GOOD = {
    "name": "parcels",
    "version": 1,
    "prediction_point": {"column": "sent", "stage": "dispatch"},
    "label": {"column": "late", "known_after": "P2D"},
    "columns": {
        "sent": {"role": "timestamp", "available_at": "dispatch"},
        "weight": {"role": "numeric", "unit": "kg", "minimum": 0},
        "mode": {"role": "categorical", "categories": ["air", "sea"]},
        "driver": {"role": "ignored", "pii": True},
        "arrived": {"role": "timestamp", "available_at": "delivered"},
        "status": {"role": "categorical", "available_at": "delivered"},
        "late": {"role": "label", "available_at": "delivered"},
    },
}


def schema(**changes):
    return parse_schema(yaml.safe_dump({**GOOD, **changes}, sort_keys=False), "parcels.yaml")


def with_column(name, **keys):
    return {"columns": {**GOOD["columns"], name: {**GOOD["columns"].get(name, {}), **keys}}}


def test_features_are_what_is_known_at_the_prediction_point():
    assert list(schema().features) == ["weight", "mode"]


def test_columns_known_too_late_are_refused_with_the_reason():
    assert schema().refused == {
        "arrived": "known at delivered, after the prediction point (dispatch)",
        "status": "known at delivered, after the prediction point (dispatch)",
    }


def test_neither_pii_nor_post_hoc_columns_are_stored():
    assert schema().stored == ("sent", "weight", "mode")


def test_the_digest_follows_the_content_not_the_spelling():
    reordered = yaml.safe_dump(dict(reversed(GOOD.items())), sort_keys=False)
    assert parse_schema(reordered, "other.yaml").digest == schema().digest
    assert schema(version=2).digest != schema().digest


def test_built_in_schemas_load():
    assert "smart_logistics" in built_in_names()
    for name in built_in_names():
        assert load_schema(name).name == name


def test_an_unknown_name_lists_the_built_in_ones():
    with pytest.raises(SchemaError, match=r"no built-in schema 'smart'.*smart_logistics"):
        load_schema("smart")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Big Parcels"}, "name: "),
        ({"nmae": "x"}, "nmae: no such key"),
        ({"version": "one"}, "version: "),
        ({"label": {"column": "lateness"}}, "label.column: no column 'lateness'; columns are sent, "),
        ({"label": {"column": "weight"}}, "has role numeric; it must be label"),
        ({"label": {"known_after": "P2D"}}, "label: say either column, or both"),
        ({"label": {"column": "late", "known_after": "two days"}}, "label.known_after: "),
        ({"prediction_point": {"column": "weight", "stage": "order"}}, "it must be timestamp"),
        ({"prediction_point": {"column": "arrived", "stage": "order"}}, "'arrived' is only known later"),
        ({"prediction_point": {"column": "sent", "stage": "loading"}}, "prediction_point.stage: .*'order', 'dispatch'"),
        ({"calendar": [{"column": "arrived", "parts": ["hour"]}]}, "calendar.0.column: 'arrived' is only known later"),
        ({"key": ["status"]}, "key.0: 'status' is only known later"),
        (with_column("shipment_id", role="identifier"), "columns.shipment_id: the product uses this name itself"),
        (with_column("prediction", role="numeric"), "columns.prediction: the product uses this name itself"),
        (
            {"columns": {name: GOOD["columns"][name] for name in ("sent", "status", "late")}},
            "no feature is left",
        ),
        ({"key": ["parcel"]}, "key.0: no column 'parcel'"),
        ({"group": "driver"}, "group.0: column 'driver' is pii"),
        ({"calendar": [{"column": "sent", "parts": ["minute"]}]}, "calendar.0.parts.0: .*'hour', 'weekday'"),
        ({"exclude_where": [{"column": "mode", "equals": []}]}, "exclude_where.0.equals: "),
        ({"source": {"delimiter": "||"}}, "source.delimiter: "),
        ({"source": {"encoding": "utf-9"}}, "unknown encoding 'utf-9'"),
        ({"source": {"timezone": "Mars/Phobos"}}, "unknown timezone 'Mars/Phobos'"),
        ({"source": {"date_formats": []}}, "name at least one date format"),
        (with_column("weight", minimum=5, maximum=1), "minimum 5 is above maximum 1"),
        (with_column("mode", minimum=5), "minimum: only for numeric columns"),
        (with_column("weight", categories=["a"]), "categories: only for categorical columns"),
        (with_column("mode", categories=["air", "air"]), "without repetitions"),
        (with_column("weight", pii=True), "its role must be ignored or identifier"),
        (with_column("weight", role="number"), "columns.weight.role: .*'numeric'"),
        (with_column("mode", aliases=["weight"]), "weight stands twice among names and aliases"),
        (with_column("status", categories=None, unseen="refuse"), "needs the list of categories"),
        (with_column("weight", leakage_override="ok"), "columns.weight.leakage_override: "),
    ],
)
def test_a_mistake_is_told_by_file_key_and_what_would_be_right(changes, message):
    with pytest.raises(SchemaError, match=message) as refused:
        schema(**changes)
    assert str(refused.value).startswith("parcels.yaml: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "not valid YAML"),
        ("- 1", "a schema is a mapping"),
        ("", "a schema is a mapping"),
        ("name: a\nname: b\n", "key 'name' stands twice"),
        ("a: !!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_text_that_is_no_schema_is_refused(text, message):
    with pytest.raises(SchemaError, match=message):
        parse_schema(text, "x.yaml")

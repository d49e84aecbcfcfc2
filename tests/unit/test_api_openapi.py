"""The OpenAPI document: valid, whole, and in agreement with what validation accepts."""

import json
from functools import cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from delay_core import load_schema, parse_schema
from delay_core.schema import example_shipment, lenient_json_schema
from delay_core.validation import ShipmentValidator
from entrypoints.api.openapi import document

BUILT_IN = ("smart_logistics", "scms")
PARCELS = parse_schema(
    """\
name: parcels
version: 1
source: {date_formats: [epoch_ms, ISO8601], timezone: Europe/Paris, null_tokens: ["", none]}
prediction_point: {column: sent, stage: order}
label: {column: was late}
group: pallet
exclude_where: [{column: state, equals: [test, "5"]}, {column: mode, equals: [air]}]
columns:
  sent: {role: timestamp, earliest: 2020-01-01, latest: 2021-01-01}
  pallet: {role: identifier}
  weight: {role: numeric, unit: kg, maximum: 0}
  class: {role: categorical, categories: ["1", "True", x], unseen: refuse}
  mode: {role: categorical, categories: [air, sea]}
  carrier: {role: categorical, nullable: true}
  state: {role: ignored}
  driver: {role: ignored, pii: true}
  was late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
SCHEMAS = {name: load_schema(name) for name in BUILT_IN} | {"parcels": PARCELS}


def described(name, *, keys=True):
    return document(SCHEMAS[name], title="Delay", version="1.2.3", keys=keys)


def accepts(schema, record):
    table = pd.DataFrame([record], dtype=object)
    return ShipmentValidator(schema, request=True).validate(table).counts.accepted == 1


def operations(found):
    return [(path, method, told) for path, of_path in found["paths"].items() for method, told in of_path.items()]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("keys", [True, False])
def test_the_document_is_valid_openapi_and_json(name, keys):
    found = described(name, keys=keys)
    OpenAPIV31SpecValidator(json.loads(json.dumps(found, allow_nan=False))).validate()


def test_it_has_every_endpoint():
    assert [(method, path) for path, method, _ in operations(described("scms"))] == [
        ("get", "/"),
        ("get", "/predict"),
        ("post", "/predict"),
        ("post", "/outcomes"),
        ("get", "/predictions/{prediction_id}"),
        ("get", "/health"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/model/metadata"),
        ("get", "/metrics"),
        ("post", "/admin/reload"),
        ("post", "/admin/rollback"),
        ("get", "/openapi.json"),
    ]


def test_refusals_are_problem_details_and_say_when_to_come_back():
    for _, _, told in operations(described("scms")):
        for code, answer in told["responses"].items():
            if code != "200" and (told["operationId"], code) != ("ready", "503"):
                assert list(answer["content"]) == ["application/problem+json"]
                assert ("Retry-After" in answer["headers"]) == (code in ("429", "503"))


def test_a_prediction_may_be_refused_in_every_way():
    refused = set(described("scms")["paths"]["/predict"]["post"]["responses"]) - {"200"}
    assert refused == {"400", "401", "403", "405", "408", "409", "413", "415", "422", "429", "503"}


OPEN = {"explain", "explainPredict", "health", "live", "ready", "openapi"}


def test_with_keys_all_but_the_open_endpoints_ask_for_one():
    found = described("scms")
    assert found["security"] == [{"bearer": []}, {"apiKey": []}]
    for _, _, told in operations(found):
        is_open = told["operationId"] in OPEN
        assert (told.get("security") == []) == is_open
        assert ("401" in told["responses"]) == ("403" in told["responses"]) == (not is_open)


def test_without_keys_nothing_is_said_of_them():
    text = json.dumps(described("scms", keys=False))
    assert "security" not in text
    assert '"401"' not in text


def test_a_prediction_leads_to_its_record_and_its_outcome():
    found = described("scms")
    names = {told["operationId"] for _, _, told in operations(found)}
    links = found["paths"]["/predict"]["post"]["responses"]["200"]["links"]
    assert {link["operationId"] for link in links.values()} == {"getPrediction", "recordOutcomes"} <= names


def test_many_shipments_are_answered_by_lists_and_one_by_values():
    shapes = described("scms")["components"]["schemas"]
    one, many = shapes["Answer"]["properties"], shapes["Answers"]["properties"]
    lists = [name for name in one if many[name] == {"type": "array", "items": one[name]}]
    assert lists == [
        "prediction",
        "probability",
        "label_set",
        "expected_saving",
        "notes",
        "prediction_id",
        "shipment_id",
        "reasons",
    ]
    assert all(many[name] == one[name] for name in one if name not in lists)


def test_the_most_shipments_of_a_request_are_told_where_there_is_a_limit():
    found = document(PARCELS, title="t", version="1", keys=False, most_shipments=7)
    assert found["components"]["schemas"]["PredictRequest"]["properties"]["data"]["oneOf"][1]["maxItems"] == 7


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_example_is_accepted_by_validation_and_allowed_by_the_document(name):
    example = example_shipment(SCHEMAS[name])
    assert accepts(SCHEMAS[name], example)
    Draft202012Validator(lenient_json_schema(SCHEMAS[name])).validate(example)
    request = described(name)["components"]["schemas"]["PredictRequest"]["example"]
    assert request == {"data": example}


def test_an_example_is_of_the_middle_and_of_the_first():
    assert example_shipment(PARCELS) == {
        "sent": 1609455600000,
        "pallet": "example",
        "weight": -1,
        "class": "1",
        "mode": "sea",
        "carrier": "example",
    }


NUMBERS = [0, 1, 5, -3, 1.5, 1e9, 1600000000000]
TEXTS = ["", "none", "1", "5", "-3", "x", "True", "test", "air", "sea", "Air", "1600000000000"]
DATES = ["2020-06-01", "2020-06-01T08:30:00", "1-Feb-24"]


@cache
def shape_of(name):
    return lenient_json_schema(SCHEMAS[name])


VALUES = st.sampled_from([None, True, False, [], {}, ["air"], *NUMBERS, *TEXTS, *DATES])


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_what_validation_accepts_of_the_columns_that_are_read_the_document_allows(name, data):
    schema = SCHEMAS[name]
    changed = data.draw(st.dictionaries(st.sampled_from(schema.persisted_columns), VALUES, min_size=1, max_size=2))
    record = example_shipment(schema) | changed
    if accepts(schema, record):
        Draft202012Validator(shape_of(name)).validate(record)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_what_the_document_allows_is_accepted_but_for_texts_that_are_no_number_or_date(name, data):
    schema, shape = SCHEMAS[name], shape_of(name)
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(shape["properties"])), VALUES, min_size=1, max_size=2))
    record = example_shipment(schema) | changed
    written = any(isinstance(value, str) and shape["properties"][key].get("format") for key, value in changed.items())
    moments = any(schema.columns[key].role == "timestamp" for key in changed if key in schema.persisted_columns)
    if not written and not moments and Draft202012Validator(shape).is_valid(record):
        assert accepts(schema, record)


@pytest.mark.parametrize("value", [[], {}, [1]])
def test_columns_that_are_not_read_may_hold_scalars_only(value):
    shape = Draft202012Validator(lenient_json_schema(PARCELS))
    example = example_shipment(PARCELS)
    for name in ("state", "driver", "was late"):
        assert not shape.is_valid(example | {name: value})
        assert all(shape.is_valid(example | {name: scalar}) for scalar in (None, True, 7, "text"))

"""The OpenAPI document: valid, complete, and consistent with what validation accepts."""

import json
from functools import cache

import pandas as pd
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from delay_core import load_schema, parse_schema
from delay_core.schema import example_shipment, lenient_json_schema
from delay_core.validation import ShipmentValidator
from entrypoints.api.openapi import describe_api
from entrypoints.api.routes import ROUTERS
from entrypoints.api.routing import operation_id

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


@cache
def app():
    app = FastAPI(generate_unique_id_function=operation_id)
    for router in ROUTERS:
        app.include_router(router)
    return app


@cache
def document_text(name, with_keys, **options):
    described = describe_api(app(), SCHEMAS[name], title="Delay", version="1.2.3", with_keys=with_keys, **options)
    return json.dumps(described, allow_nan=False)


def document(name, *, with_keys=True, **options):
    return json.loads(document_text(name, with_keys, **options))


def accepts(schema, record):
    table = pd.DataFrame([record], dtype=object)
    return ShipmentValidator(schema, request=True).validate(table).counts.accepted == 1


def operations(document):
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("with_keys", [True, False])
def test_document__is_valid_openapi_and_json(name, with_keys):
    OpenAPIV31SpecValidator(document(name, with_keys=with_keys)).validate()


def test_document__has_every_endpoint():
    assert [(method, path) for path, method, _ in operations(document("scms"))] == [
        ("get", "/"),
        ("get", "/predict"),
        ("post", "/predict"),
        ("post", "/outcomes"),
        ("get", "/predictions"),
        ("get", "/predictions/{prediction_id}"),
        ("get", "/worklist"),
        ("get", "/actions"),
        ("post", "/actions"),
        ("get", "/schema"),
        ("post", "/what-if"),
        ("get", "/health"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/model/metadata"),
        ("get", "/metrics"),
        ("get", "/models"),
        ("get", "/monitoring"),
        ("get", "/reliability"),
        ("post", "/admin/reload"),
        ("post", "/admin/rollback"),
        ("post", "/schema-draft"),
        ("get", "/openapi.json"),
    ]


def test_errors__are_problem_details_and_say_when_to_retry():
    for _, _, operation in operations(document("scms")):
        for code, response in operation["responses"].items():
            if code != "200" and (operation["operationId"], code) != ("ready", "503"):
                assert list(response["content"]) == ["application/problem+json"]
                assert ("Retry-After" in response["headers"]) == (code in ("429", "503"))


def test_prediction__may_fail_in_every_way():
    errors = set(document("scms")["paths"]["/predict"]["post"]["responses"]) - {"200"}
    assert errors == {"400", "401", "403", "405", "408", "409", "413", "415", "422", "429", "503"}


PUBLIC = {"explain", "explainPredict", "health", "live", "ready", "openapi"}


def test_operations_with_a_body__say_which_encoding_they_accept():
    refusals = [operation["responses"].get("415") for _, _, operation in operations(document("scms"))]
    described = [refusal for refusal in refusals if refusal]
    assert len(described) == 5
    assert all("Content-Encoding: identity" in refusal["description"] for refusal in described)
    assert all(refusal["headers"]["Accept-Encoding"]["schema"]["enum"] == ["identity"] for refusal in described)


def test_with_keys__all_but_the_public_endpoints_require_one():
    described = document("scms")
    assert described["security"] == [{"bearer": []}, {"apiKey": []}]
    for _, _, operation in operations(described):
        is_public = operation["operationId"] in PUBLIC
        assert (operation.get("security") == []) == is_public
        assert ("401" in operation["responses"]) == ("403" in operation["responses"]) == (not is_public)


def test_without_keys__the_document_does_not_mention_them():
    text = json.dumps(document("scms", with_keys=False))
    assert "security" not in text
    assert '"401"' not in text


def test_prediction__links_to_its_record_and_its_outcome():
    described = document("scms")
    names = {operation["operationId"] for _, _, operation in operations(described)}
    links = described["paths"]["/predict"]["post"]["responses"]["200"]["links"]
    assert {link["operationId"] for link in links.values()} == {"getPrediction", "recordOutcomes"} <= names


def test_answers_to_a_list__have_lists_where_an_answer_has_values():
    schemas = document("scms")["components"]["schemas"]
    one, many = schemas["Answer"]["properties"], schemas["Answers"]["properties"]
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


def test_limit_of_a_batch__is_in_the_document():
    described = document("parcels", with_keys=False, max_shipments=7)
    assert described["components"]["schemas"]["PredictRequest"]["properties"]["data"]["oneOf"][1]["maxItems"] == 7


@pytest.mark.parametrize("name", SCHEMAS)
def test_example__is_accepted_by_validation_and_allowed_by_the_document(name):
    example = example_shipment(SCHEMAS[name])
    assert accepts(SCHEMAS[name], example)
    Draft202012Validator(lenient_json_schema(SCHEMAS[name])).validate(example)
    request = document(name)["components"]["schemas"]["PredictRequest"]["example"]
    assert request == {"data": example}


def test_example__has_middle_values_and_first_categories():
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
def shipment_schema(name):
    return lenient_json_schema(SCHEMAS[name])


VALUES = st.sampled_from([None, True, False, [], {}, ["air"], *NUMBERS, *TEXTS, *DATES])


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_document__allows_what_validation_accepts_in_the_columns_that_are_read(name, data):
    schema = SCHEMAS[name]
    changed = data.draw(st.dictionaries(st.sampled_from(schema.persisted_columns), VALUES, min_size=1, max_size=2))
    record = example_shipment(schema) | changed
    if accepts(schema, record):
        Draft202012Validator(shipment_schema(name)).validate(record)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_validation__accepts_what_the_document_allows_except_texts_that_are_no_number_or_date(name, data):
    schema, json_schema = SCHEMAS[name], shipment_schema(name)
    changed = data.draw(
        st.dictionaries(st.sampled_from(sorted(json_schema["properties"])), VALUES, min_size=1, max_size=2)
    )
    record = example_shipment(schema) | changed
    has_formatted_text = any(
        isinstance(value, str) and json_schema["properties"][key].get("format") for key, value in changed.items()
    )
    has_timestamp = any(schema.columns[key].role == "timestamp" for key in changed if key in schema.persisted_columns)
    if not has_formatted_text and not has_timestamp and Draft202012Validator(json_schema).is_valid(record):
        assert accepts(schema, record)


@pytest.mark.parametrize("value", [[], {}, [1]])
def test_columns_that_are_not_read__may_hold_scalars_only(value):
    validator = Draft202012Validator(lenient_json_schema(PARCELS))
    example = example_shipment(PARCELS)
    for name in ("state", "driver", "was late"):
        assert not validator.is_valid(example | {name: value})
        assert all(validator.is_valid(example | {name: scalar}) for scalar in (None, True, 7, "text"))

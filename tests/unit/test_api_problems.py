"""Refusals: what the caller is told, and what not."""

import json

import pandas as pd
import pytest

from delay_core import load_schema, parse_schema
from delay_core.errors import (
    BundleError,
    InvalidShipment,
    LogFull,
    NoSuchModel,
    SourceError,
    StoreError,
    TrainingRefused,
)
from delay_core.validation import ShipmentValidator
from entrypoints.api.problems import FieldError, Problem, as_body, problem_of

SCHEMA = load_schema("smart_logistics")
SHIPMENT = {
    "Timestamp": "2024-03-01T08:00:00",
    "Latitude": 1,
    "Longitude": 1,
    "Inventory_Level": 1,
    "Temperature": 20,
    "Humidity": 50,
    "Traffic_Status": "Clear",
    "Waiting_Time": 1,
    "User_Transaction_Amount": 1,
    "User_Purchase_Frequency": 1,
    "Asset_Utilization": 1,
    "Demand_Forecast": 1,
}


def refusal(*shipments, schema=SCHEMA):
    """As the predictor words it."""
    try:
        validated = ShipmentValidator(schema, request=True).sort_out(pd.DataFrame(list(shipments), dtype=object))
    except SourceError as error:
        return InvalidShipment([str(error)])
    refused = zip(validated.quarantined["source_row"], validated.quarantined["reasons"], strict=True)
    return InvalidShipment([f"shipment {row}: {reasons}" for row, reasons in refused])


def test_a_problem_is_named_as_its_status_is():
    assert (Problem(404, "no such thing").title, Problem(404, "…", title="Gone astray").title) == (
        "Not Found",
        "Gone astray",
    )


def test_the_body_has_the_members_of_rfc_9457():
    problem = Problem(400, "two are wrong", errors=(FieldError("a", "missing", 1), FieldError("data", "empty")))
    assert json.loads(as_body(problem, "r-1")) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "two are wrong",
        "request_id": "r-1",
        "errors": [
            {"field": "a", "message": "missing", "shipment": 1},
            {"field": "data", "message": "empty", "shipment": None},
        ],
    }


def test_a_body_without_broken_fields_lists_none():
    assert "errors" not in json.loads(as_body(Problem(413, "too large"), "r-1"))


def test_half_a_character_is_written_out():
    body = json.loads(as_body(Problem(422, "\ud800", errors=(FieldError("\udfff", "…"),)), "r"))
    assert (body["detail"], body["errors"][0]["field"]) == ("\\ud800", "\\udfff")


@pytest.mark.parametrize("names", [(), SCHEMA.columns])
def test_each_broken_field_of_each_shipment_is_told_apart(names):
    problem = problem_of(
        refusal(
            SHIPMENT,
            SHIPMENT | {"Latitude": 91, "Humidity": "wet; very", "Timestamp": None},
            SHIPMENT | {"Waiting_Time": -1},
        ),
        names,
    )
    assert problem.status == 422
    assert [(error.shipment, error.field) for error in problem.errors] == [
        (2, "Timestamp"),
        (2, "Latitude"),
        (2, "Humidity"),
        (3, "Waiting_Time"),
    ]
    assert problem.errors[0].message == "missing; it must have a value"
    assert problem.errors[1].message == "91 is out of range; allowed is -90 to 90 degree"
    assert problem.errors[2].message == "'wet; very' is not a number"
    assert problem.detail.startswith("Timestamp: missing; it must have a value; Latitude: 91 is out of range")
    assert problem.detail.endswith("; and 1 more")


def test_a_column_whose_name_holds_a_colon_is_known_by_the_schema():
    schema = parse_schema(
        """\
name: odd
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late}
columns:
  sent: {role: timestamp}
  "size: total, all": {role: numeric, minimum: 0}
  late: {role: label, available_at: delivered}
""",
        "odd.yaml",
    )
    shipment = {"sent": None, "size: total, all": -1}
    found = problem_of(refusal(shipment, schema=schema), schema.columns).errors
    assert [error.field for error in found] == ["sent", "size: total, all"]
    absent = problem_of(refusal({}, {}, schema=schema), schema.columns).errors
    assert [error.field for error in absent] == ["sent", "size: total, all"]


def test_a_missing_field_is_named_with_each_other_one():
    found = problem_of(refusal({name: SHIPMENT[name] for name in list(SHIPMENT)[2:]})).errors
    assert found == (
        FieldError("Timestamp", "missing; it must have a value"),
        FieldError("Latitude", "missing; it must have a value"),
    )


def test_a_field_under_two_names_is_named():
    found = problem_of(refusal(SHIPMENT | {"Humidity (%)": 1})).errors
    assert found == (FieldError("Humidity", "stands twice, under its name or an alias"),)


def unknown(name):
    return InvalidShipment([f"unknown field {name!r}; the schema has {', '.join(SCHEMA.columns)}"])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("latitud", "unknown field; did you mean Latitude or Longitude?"),
        ("TEMPERATURE", "unknown field; did you mean Temperature?"),
        ('it\'s "hot"', f"unknown field; allowed are {', '.join(SCHEMA.columns)}"),
    ],
)
def test_an_unknown_field_is_told_what_may_have_been_meant(name, meant):
    assert problem_of(unknown(name)).errors == (FieldError(name, meant),)


def test_a_very_long_unknown_name_is_not_echoed_whole():
    assert len(as_body(problem_of(unknown("x" * 1_000_000)), "r")) < 1000


def test_a_name_that_was_cut_off_is_told_without_its_quote():
    problem = InvalidShipment([f"unknown field {'x' * 200!r:.20}; the schema has Latitude, Longitude"])
    assert problem_of(problem).errors[0].field == "x" * 19


def test_what_concerns_the_whole_request_names_its_data():
    said = "no shipment given; at least one is needed"
    assert problem_of(InvalidShipment([said])).errors == (FieldError("data", said),)


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (StoreError("postgresql://delay:secret@db/x is away"), 503, "ask again"),
        (LogFull("/var/secret/journal.db holds 1 GB"), 503, "logged"),
        (NoSuchModel("secret_delay has no alias production"), 503, "not loaded"),
        (BundleError("/var/secret/model.onnx was altered"), 503, "not loaded"),
        (TrainingRefused("secret"), 500, "request_id"),
    ],
)
def test_what_lies_behind_the_api_stays_there(error, status, word):
    problem = problem_of(error)
    assert problem.status == status
    assert word in problem.detail
    assert "secret" not in as_body(problem, "r").decode()
    assert ("Retry-After" in problem.headers) == (status == 503)

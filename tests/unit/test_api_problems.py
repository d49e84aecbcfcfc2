"""Problem details: what the caller learns of a refusal, and what stays on the server."""

import json

import pytest

from delay_core.errors import (
    BundleError,
    NoSuchModel,
    OutboxFull,
    ShipmentValidationError,
    StoreError,
    TrainingRefused,
    UnknownPrediction,
)
from delay_core.violations import Violation, ViolationCode, unknown_field
from entrypoints.api.problems import MAX_ERRORS, Problem, as_body, to_problem, violations_problem

MISSING = Violation("Latitude", ViolationCode.MISSING, row=2)
NOT_A_NUMBER = Violation("Humidity", ViolationCode.NOT_A_NUMBER, {"value": "'wet; very'"}, 2)
OUT_OF_RANGE = Violation(
    "Waiting_Time", ViolationCode.OUT_OF_RANGE, {"value": -1.0, "minimum": 0.0, "maximum": None, "unit": "min"}, 3
)
NO_SHIPMENTS = Violation(None, ViolationCode.NO_SHIPMENTS)


def body_of(error):
    return json.loads(as_body(to_problem(error, "r"), "r"))


def test_a_problem__is_named_as_its_status_is():
    assert (Problem(404, "no such thing").title, Problem(404, "…", title="Gone astray").title) == (
        "Not Found",
        "Gone astray",
    )


def test_the_body__has_the_members_of_rfc_9457():
    problem = Problem(400, "two are wrong", errors=(MISSING, NO_SHIPMENTS))
    assert json.loads(as_body(problem, "r-1")) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "two are wrong",
        "request_id": "r-1",
        "errors": [
            {"field": "Latitude", "code": "missing", "message": "missing; it must have a value", "shipment": 2},
            {
                "field": "data",
                "code": "no_shipments",
                "message": "no shipment given; at least one is needed",
                "shipment": None,
            },
        ],
    }


def test_a_body_without_violations__lists_none():
    assert "errors" not in json.loads(as_body(Problem(413, "too large"), "r-1"))


def test_half_a_surrogate_pair__is_written_out():
    problem = Problem(422, "\ud800", errors=(unknown_field("\udfff", ("a",)),))
    body = json.loads(as_body(problem, "r"))
    assert (body["detail"], body["errors"][0]["field"]) == ("\\ud800", "\\udfff")


def test_shipments_that_break_the_schema__are_422_with_each_field():
    body = body_of(ShipmentValidationError([MISSING, NOT_A_NUMBER, OUT_OF_RANGE, NO_SHIPMENTS]))
    assert body["status"] == 422
    assert [(error["shipment"], error["field"], error["code"]) for error in body["errors"]] == [
        (2, "Latitude", "missing"),
        (2, "Humidity", "not_a_number"),
        (3, "Waiting_Time", "out_of_range"),
        (None, "data", "no_shipments"),
    ]
    assert body["errors"][1]["message"] == "'wet; very' is not a number"
    assert body["errors"][2]["message"] == "-1 is out of range; allowed is at least 0 min"
    assert body["detail"].startswith("Latitude: missing; it must have a value; Humidity: 'wet; very' is not a number")
    assert body["detail"].endswith("; and 1 more")


def test_predictions_that_do_not_exist__are_404():
    violation = Violation("prediction_id", ViolationCode.UNKNOWN_PREDICTION, row=1)
    body = body_of(UnknownPrediction([violation]))
    assert body["status"] == 404
    assert [(error["shipment"], error["field"], error["code"]) for error in body["errors"]] == [
        (1, "prediction_id", "unknown_prediction")
    ]


def test_the_errors_of_a_body__are_bounded_and_the_others_counted():
    body = json.loads(as_body(violations_problem([MISSING] * (MAX_ERRORS + 7)), "r"))
    assert (len(body["errors"]), body["errors_omitted"]) == (MAX_ERRORS, 7)


def test_a_very_long_unknown_name__is_not_repeated_whole():
    error = ShipmentValidationError([unknown_field("x" * 1_000_000, ("Latitude", "Longitude"))])
    assert len(as_body(to_problem(error, "r"), "r")) < 1000


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (StoreError("postgresql://delay:secret@db/x is away"), 503, "retry"),
        (OutboxFull("/var/secret/journal.db holds 1 GB"), 503, "log"),
        (NoSuchModel("secret_delay has no alias production"), 503, "not loaded"),
        (BundleError("/var/secret/model.onnx was altered"), 503, "not loaded"),
        (TrainingRefused("secret"), 500, "request_id"),
        (ValueError("secret"), 500, "request_id"),
    ],
)
def test_what_is_behind_the_api__stays_there(error, status, word):
    problem = to_problem(error, "r")
    assert problem.status == status
    assert word in problem.detail
    assert "secret" not in as_body(problem, "r").decode()
    assert ("Retry-After" in problem.headers) == (status == 503)

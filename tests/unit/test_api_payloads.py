"""Bodies of requests: all violations of their own fields are reported at once."""

from datetime import UTC, datetime

import orjson
import pytest

from entrypoints.api.payloads import parse_prediction_request
from entrypoints.api.problems import MAX_ERRORS, Problem, as_body
from entrypoints.api.routes.outcomes import parse_outcomes

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def refusal(parse, content):
    with pytest.raises(Problem) as refused:
        parse(content)
    assert refused.value.status == 422
    return [(one.row, one.field, one.code) for one in refused.value.errors]


def prediction_refusal(content):
    return refusal(lambda body: parse_prediction_request(body, 10, "r", "ann"), content)


def outcomes_refusal(content):
    return refusal(lambda body: parse_outcomes(body, 10_000, NOW), content)


def test_prediction_request__has_data_and_options():
    costs = {"missed_delay": 5, "needless_action": 1, "currency": "EUR"}
    one = parse_prediction_request({"data": {"a": 1}, "explain": True, "costs": costs}, 10, "r", "ann")
    assert (one.shipments, one.explained, one.is_list, one.costs.currency) == ([{"a": 1}], True, False, "EUR")
    many = parse_prediction_request({"data": [{"a": 1}]}, 10, "r", "ann")
    assert (many.shipments, many.explained, many.is_list, many.costs) == ([{"a": 1}], False, True, None)


def test_prediction_request__reports_all_violations_at_once():
    body = {"data": [{}, 3, []], "explain": "yes", "costs": {"missed_delay": -1, "extra": 1}, "exlain": True}
    assert prediction_refusal(body) == [
        (None, "exlain", "unknown_field"),
        (None, "explain", "wrong_type"),
        (None, "costs.missed_delay", "invalid_value"),
        (None, "costs.needless_action", "missing"),
        (None, "costs.currency", "missing"),
        (None, "costs.extra", "unknown_field"),
        (2, "data", "wrong_type"),
        (3, "data", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "missing"), ({"data": []}, "no_shipments"), ({"data": "x"}, "wrong_type"), ({"data": None}, "wrong_type")],
)
def test_data__is_an_object_or_a_list_of_objects(body, code):
    assert prediction_refusal(body) == [(None, "data", code)]


def test_data__is_bounded():
    with pytest.raises(Problem, match="at most 10 are allowed") as refused:
        parse_prediction_request({"data": [{}] * 11, "explain": 1}, 10, "r", "ann")
    assert refused.value.status == 413


def test_outcomes__report_all_violations_at_once():
    known = {"shipment_id": "s", "late": True}
    assert outcomes_refusal(
        {
            "data": [
                known,
                {"late": True},
                {**known, "known_at": "2024-03-01T00:06:00Z"},
                {**known, "known_at": 5, "late": "yes", "source": "ben"},
                {**known, "known_at": "0001-01-01T00:00:00+23:59"},
            ]
        }
    ) == [
        (2, "data", "invalid_value"),
        (3, "known_at", "in_the_future"),
        (4, "late", "invalid_value"),
        (4, "known_at", "invalid_value"),
        (4, "source", "unknown_field"),
        (5, "known_at", "invalid_value"),
    ]


@pytest.mark.parametrize("known_at", [1706745600, "1706745600", "now", "2024-02-01", "2024-02-01T01:00:00"])
def test_an_outcome__is_known_at_a_moment_with_its_offset(known_at):
    outcome = {"shipment_id": "s", "late": True, "known_at": known_at}
    assert outcomes_refusal({"data": outcome}) == [(1, "known_at", "invalid_value")]


@pytest.mark.parametrize(("name", "value"), [("shipment_id", 5), ("shipment_id", 9.4e21), ("prediction_id", [])])
def test_the_id_of_an_outcome__is_a_text(name, value):
    assert outcomes_refusal({"data": {name: value, "late": True}}) == [(1, name, "wrong_type")]


def test_outcomes__count_the_violations_that_are_not_listed():
    with pytest.raises(Problem) as refused:
        parse_outcomes({"data": [{"late": True}] * (MAX_ERRORS + 5)}, 10_000, NOW)
    assert orjson.loads(as_body(refused.value, "r"))["errors_omitted"] == 5


def test_outcomes__are_known_at_the_time_of_the_report_by_default():
    body = {"data": {"shipment_id": "s", "late": True, "known_at": "2024-02-01T01:00:00+01:00"}}
    [[report], is_list] = parse_outcomes(body, 10, NOW)
    assert (report.known_at, is_list) == (datetime(2024, 2, 1, tzinfo=UTC), False)
    [[report], is_list] = parse_outcomes({"data": [{"shipment_id": "s", "late": True}]}, 10, NOW)
    assert (report.known_at, is_list) == (NOW, True)

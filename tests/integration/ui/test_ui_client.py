"""The client of the API: typed responses, and one error for each way to fail."""

import json
import socket

import pytest

from entrypoints.api.schemas import ActionKind, ActionRequest
from entrypoints.settings import UiSettings
from entrypoints.ui.client import ApiClient
from entrypoints.ui.errors import ApiError, ApiErrorCode, describe_error
from entrypoints.ui.queries import ActionQuery, WorklistQuery
from support import ui_samples
from support.fake_api import Refusal


@pytest.fixture
def client(api):
    with ApiClient(UiSettings(api_url=api.url, api_key="dk_secret", response_seconds=5)) as client:
        yield client


def test_client__sends_the_key_and_the_parameters(api, client):
    query = WorklistQuery(capacity=3, label_set=("late", "cannot tell"), shipment_id="P-", explain=True)

    assert client.worklist(query) == ui_samples.worklist()

    [request] = api.requests
    assert request.headers["Authorization"] == "Bearer dk_secret"
    assert request.query == {
        "capacity": ["3"],
        "limit": ["100"],
        "state": ["open", "acknowledged", "acting"],
        "label_set": ["late", "cannot tell"],
        "shipment_id": ["P-"],
        "explain": ["true"],
    }


def test_client__ignores_the_fields_of_a_newer_api(api, client):
    content = ui_samples.worklist().model_dump(mode="json")
    content["items"][0]["new_field"] = content["new_field"] = 1
    api.responses["GET /worklist"] = json.dumps(content).encode()

    assert client.worklist(WorklistQuery()) == ui_samples.worklist()


def test_client__reads_every_response(client):
    assert client.schema() == ui_samples.parcels()
    assert client.models() == ui_samples.models()
    assert client.metadata() == ui_samples.metadata()
    assert client.reliability(4) == ui_samples.reliability()
    assert client.monitoring() == ui_samples.monitoring()
    assert client.health() == ui_samples.health()
    assert client.prediction(ui_samples.prediction_id(1)) == ui_samples.logged_prediction(1)


@pytest.mark.parametrize(
    ("refusal", "code", "sentence"),
    [
        (Refusal(401), ApiErrorCode.UNAUTHORIZED, "DELAY_UI__API_KEY"),
        (Refusal(403), ApiErrorCode.FORBIDDEN, "the scopes plan"),
        (Refusal(404, "this shipment does not exist"), ApiErrorCode.NOT_FOUND, "this shipment does not exist"),
        (Refusal(409, "Ann acknowledged it at 10:42"), ApiErrorCode.CONFLICT, "Ann acknowledged it at 10:42"),
        (Refusal(422, "load: is too large"), ApiErrorCode.INVALID, "load: is too large"),
        (Refusal(429, "too many", retry_after=7), ApiErrorCode.UNAVAILABLE, "again in 7 seconds"),
        (Refusal(503, "a store is unavailable"), ApiErrorCode.UNAVAILABLE, "a store is unavailable"),
        (Refusal(500, "internal error"), ApiErrorCode.UNEXPECTED, "request id request-1"),
    ],
)
def test_refusals__are_errors_that_say_what_to_do(api, client, refusal, code, sentence):
    api.refusal = refusal

    with pytest.raises(ApiError) as caught:
        client.schema()

    assert caught.value.code is code
    assert sentence in describe_error(caught.value)


def test_invalid_values__name_their_fields(api, client):
    api.refusal = Refusal(422, "load: is too large", errors=({"field": "load", "code": "out_of_range"},))

    with pytest.raises(ApiError) as caught:
        client.schema()

    assert [(error.field, error.code) for error in caught.value.field_errors] == [("load", "out_of_range")]


def test_no_model__is_another_error_than_a_busy_api(api, client):
    api.without_model()

    with pytest.raises(ApiError) as caught:
        client.models()

    assert caught.value.code is ApiErrorCode.NO_MODEL


def test_slow_api__is_an_error_with_the_time_limit(api):
    api.delay_seconds = 5
    settings = UiSettings(api_url=api.url, response_seconds=0.05)
    with ApiClient(settings) as client, pytest.raises(ApiError, match="slow") as caught:
        client.schema()
    assert "within 0.05 seconds" in describe_error(caught.value)


def test_closed_connection_and_closed_port__are_unreachable(api, client):
    api.closed = True
    with pytest.raises(ApiError) as caught:
        client.schema()
    assert caught.value.code is ApiErrorCode.UNREACHABLE

    with socket.socket() as unused:  # bound, and not listening
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with ApiClient(UiSettings(api_url=url)) as unanswered, pytest.raises(ApiError) as caught:
            unanswered.schema()
    assert url in describe_error(caught.value)


@pytest.mark.parametrize("content", [b"<html>", b'{"name": 1}'])
def test_response_of_another_program__is_an_unexpected_one(api, client, content):
    api.responses["GET /schema"] = content
    with pytest.raises(ApiError) as caught:
        client.schema()
    assert caught.value.code is ApiErrorCode.UNEXPECTED
    assert "GET /schema" in caught.value.detail


def test_actions__of_two_planners_conflict_unless_the_second_has_seen_the_first(client):
    first = ActionRequest(action_id=ui_samples.prediction_id(1), shipment_id="P-1", kind=ActionKind.ACKNOWLEDGED)
    second = first.model_copy(update={"action_id": ui_samples.prediction_id(2), "kind": ActionKind.ACTED})

    assert client.record_action(first).state == "acknowledged"
    assert client.record_action(first).state == "acknowledged"
    with pytest.raises(ApiError, match="conflict"):
        client.record_action(second)
    seen = ActionRequest(**second.model_dump(exclude_unset=True) | {"previous_action_id": first.action_id})

    assert client.record_action(seen).state == "acting"
    assert [action.kind for action in client.actions(ActionQuery(shipment_id="P-1")).actions] == [
        "acted",
        "acknowledged",
    ]

"""The API does what its document says and answers invalid requests: a short run of `benchmarks.conformance`."""

import http.client
import json
import socket

import pytest

from benchmarks.conformance.exploration import PHASES, explore
from benchmarks.conformance.framing import head
from benchmarks.conformance.fuzzing import fuzz, parse_responses
from benchmarks.conformance.server import start_api
from support.measured import measured_variables
from support.registered_models import NAME

SEED = 6
DEPTH = 1000
"""Deeper than Python's recursion limit, but still JSON for the parser."""


@pytest.fixture(scope="module")
def api(registered, tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    limits = {
        "DELAY_API__BATCH_LIMIT": "100",
        **measured_variables(),
    }  # the largest batch that the document allows is sent
    with start_api(registered.copy(folder).data, NAME, folder / "api.log", keys=True, **limits) as server:
        yield server


@pytest.fixture
def lines(api):
    return tuple(f"{name}: {value}" for name, value in api.headers.items())


def send(api, request):
    """The responses, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", api.port), 10) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    return list(parse_responses(received))


def test_responses__conform_to_the_document(api):
    result = explore(api.url, examples=2, seed=SEED, headers=api.headers)
    assert result.failures == {}
    assert not [status for status in result.statuses if not 200 <= status < 500]
    assert set(result.cases) == set(PHASES)
    assert result.cases.total() >= 250
    assert result.links > 0


def test_invalid_requests__are_answered_and_never_with_a_server_error(api, lines):
    result = fuzz(api.port, 300, SEED, lines)
    assert result.failures == {}
    assert len(result.kinds) >= 20


def test_path_that_is_only_an_asterisk__is_answered(api, lines):
    request = "\r\n".join(("OPTIONS * HTTP/1.1", "Host: x", "Connection: close", *lines, "", "")).encode()
    assert [response.status for response in send(api, request)] in ([404], [405])


def test_structure_deeper_than_the_recursion_limit__is_refused_by_field(api, lines, registered):
    deep = '{"a":[' * (DEPTH // 2) + "1" + "]}" * (DEPTH // 2)
    record = json.dumps({"data": {**registered.records[0], "Waiting_Time": "@"}}).replace('"@"', deep)
    [response] = send(api, head("/predict", lines, record.encode()))
    assert response.status == 422
    assert [error["field"] for error in json.loads(response.body)["errors"]] == ["Waiting_Time"]


def test_time_outside_utc__is_refused_by_field(api, lines):
    content = b'{"data":{"shipment_id":"s","late":true,"known_at":"0001-01-01T00:00:00+23:59"}}'
    [response] = send(api, head("/outcomes", lines, content))
    assert response.status == 422
    assert b'"field":"known_at"' in response.body


def test_trailing_slash__is_not_redirected(api):
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.request("POST", "/predict/", b"{}", api.headers)
    response = connection.getresponse()
    assert response.status == 404
    assert response.getheader("Location") is None
    connection.close()

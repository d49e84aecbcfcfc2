"""The API does what its document says, and answers whatever it is sent: a short run of `benchmarks.conformance`."""

import http.client
import json
import socket

import pytest

from benchmarks.conformance.api_server import run_api
from benchmarks.conformance.fuzzing import fuzz, parse_answers
from benchmarks.conformance.http_framing import format_request
from benchmarks.conformance.schema_exploration import PHASES, explore
from support.measured import MEASURED
from support.registered_models import NAME

SEED = 6
DEPTH = 1000
"""Deeper than Python's own recursion goes, and still JSON to the parser."""


@pytest.fixture(scope="module")
def api(registered, tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    limits = {"DELAY_API__BATCH_LIMIT": "100", **MEASURED}  # requests are as large as the document allows
    with run_api(registered.copy(folder).data, NAME, folder / "api.log", keys=True, **limits) as server:
        yield server


@pytest.fixture
def lines(api):
    return tuple(f"{name}: {value}" for name, value in api.headers.items())


def sent(api, request):
    """What comes back until the server has nothing more to say."""
    with socket.create_connection(("127.0.0.1", api.port), 10) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    return list(parse_answers(received))


def test_responses__conform_to_the_openapi_document(api):
    report = explore(api.url, examples=2, seed=SEED, headers=api.headers)
    assert report.failures == {}
    assert not [status for status in report.statuses if not 200 <= status < 500]
    assert set(report.cases) == set(PHASES)
    assert report.cases.total() >= 250
    assert report.links > 0


def test_any_request__is_answered_without_a_server_error(api, lines):
    report = fuzz(api.port, 300, SEED, lines)
    assert report.failures == {}
    assert len(report.kinds) >= 20


def test_path_of_an_asterisk__is_answered(api, lines):
    request = "\r\n".join(("OPTIONS * HTTP/1.1", "Host: x", "Connection: close", *lines, "", "")).encode()
    assert [answer.status for answer in sent(api, request)] in ([404], [405])


def test_deep_structure__is_refused_by_field(api, lines, registered):
    deep = '{"a":[' * (DEPTH // 2) + "1" + "]}" * (DEPTH // 2)
    record = json.dumps({"data": {**registered.records[0], "Waiting_Time": "@"}}).replace('"@"', deep)
    [answer] = sent(api, format_request("/predict", lines, record.encode()))
    assert answer.status == 422
    assert [error["field"] for error in json.loads(answer.body)["errors"]] == ["Waiting_Time"]


def test_time_outside_utc__is_refused_by_field(api, lines):
    content = b'{"data":{"shipment_id":"s","late":true,"known_at":"0001-01-01T00:00:00+23:59"}}'
    [answer] = sent(api, format_request("/outcomes", lines, content))
    assert answer.status == 422
    assert b'"field":"known_at"' in answer.body


def test_trailing_slash__is_not_redirected(api):
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.request("POST", "/predict/", b"{}", api.headers)
    answer = connection.getresponse()
    assert answer.status == 404
    assert answer.getheader("Location") is None
    connection.close()

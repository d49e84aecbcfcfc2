"""What happens around every request: access before routing, methods, problem details, headers, metrics."""

import asyncio
import io
import json
import logging
from types import SimpleNamespace

import pytest

from delay_core import load_schema
from delay_core.errors import StoreError
from entrypoints.api.app import assemble_app
from entrypoints.api.drain import Drain
from entrypoints.api.observability.logging import AccessLog
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.security.access_control import AccessControl
from entrypoints.api.security.api_keys import ApiKeyStore
from entrypoints.keys import KeyFile, KeyRecord, Scope, hash_key, write_key_file

KEYS = {"ann": (Scope.PREDICT,), "admin": (Scope.ADMIN,), "reader": ()}


class Predictor:
    """Raises its error, or returns a constant response."""

    error = None
    shipments = None

    async def predict(self, request, body, key):
        self.shipments = request.shipments
        if self.error is not None:
            raise self.error
        return b'{"prediction": 1}'


class Api:
    """The application over fake services, called as a server calls it."""

    def __init__(self, path):
        records = [KeyRecord(name=name, sha256=hash_key(name.encode()), scopes=scopes) for name, scopes in KEYS.items()]
        write_key_file(path, KeyFile(keys=tuple(records)))
        self.log = io.BytesIO()
        self.predictor = Predictor()
        self.metrics = ApiMetrics(multiple_processes=False)
        self.app = assemble_app(
            SimpleNamespace(
                access_control=AccessControl(ApiKeyStore(path), None),
                access_log=AccessLog(log_all=True, file=self.log),
                drain=Drain(0),
                metrics=self.metrics,
                metric_labels=("1", "0" * 64),
                schema=load_schema("smart_logistics"),
                settings=SimpleNamespace(body_limit=1000, batch_limit=10, deadline_seconds=0.01, keys="keys.json"),
                version="1.2.3",
                logs=None,
                predictor=self.predictor,
                watcher=SimpleNamespace(model=SimpleNamespace(text_fields=frozenset({"parcel"}))),
                render_metrics=self.metrics.render,
            )
        )

    def request(self, method, path, key=None, body=b"", **headers):
        raw = {"host": "x", **({"x-api-key": key} if key else {}), **headers}
        messages = []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "query_string": b"",
            "client": ("10.0.0.1", 1),
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, values in raw.items()
                for value in ([values] if isinstance(values, str) else values)
            ],
        }

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            messages.append(message)

        asyncio.run(self.app(scope, receive, send))
        start, *bodies = messages
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, b"".join(message.get("body", b"") for message in bodies)


@pytest.fixture
def api(tmp_path):
    return Api(tmp_path / "keys.json")


@pytest.mark.parametrize("path", ["/", "/predict", "/health/live", "/openapi.json", "/docs", "/docs/initializer.js"])
def test_public_path__is_answered_to_get_and_head(api, path):
    status, headers, body = api.request("GET", path)
    assert (status, int(headers["content-length"])) == (200, len(body))
    status, head_headers, _ = api.request("HEAD", path)
    assert (status, head_headers["content-length"]) == (200, headers["content-length"])


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("POST", "/predict", None, 401),
        ("POST", "/predict", "reader", 403),
        ("PUT", "/predict", None, 401),
        ("PUT", "/predict", "ann", 405),
        ("OPTIONS", "/predict", "ann", 405),
        ("GET", "/admin/reload", None, 401),
        ("GET", "/admin/reload", "ann", 403),
        ("GET", "/admin/reload", "admin", 405),
        ("GET", "/nothing", None, 401),
        ("GET", "/nothing", "reader", 404),
        ("POST", "/predict/", "ann", 404),
        ("GET", "/docs/other.js", None, 404),
        ("POST", "/outcomes", "ann", 403),
        ("GET", "/predictions/x", "ann", 404),
        ("GET", "/metrics", "reader", 200),
        ("GET", "*", None, 401),
    ],
)
def test_access__is_checked_before_path_method_and_body(api, method, path, key, status):
    answered, headers, body = api.request(method, path, key, body=b"{")
    assert answered == status
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["status"] == status
        assert json.loads(body)["request_id"] == headers["x-request-id"]


@pytest.mark.parametrize(("path", "methods"), [("/predict", "GET, HEAD, POST"), ("/health", "GET, HEAD")])
def test_refused_method__names_all_methods_of_the_path(api, path, methods):
    status, headers, _ = api.request("DELETE", path, "ann")
    assert (status, headers["allow"]) == (405, methods)


def test_prediction__is_answered_by_the_predictor(api):
    body = b'{"data": {}}'
    status, headers, response = api.request("POST", "/predict", "ann", body, x_request_id="r-1")
    assert (status, response) == (200, b'{"prediction": 1}')
    assert headers["content-type"] == "application/json"
    assert headers["x-request-id"] == "r-1"
    [line] = map(json.loads, api.log.getvalue().splitlines())
    assert (line["client"], line["path"], line["status"], line["request_id"]) == ("ann", "/predict", 200, "r-1")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 422),
        (b'{"data": []}', {}, 422),
        (b"null", {}, 422),
        (b'{"data": {"a": 1, "a": 2}}', {}, 422),
        (b'{"data": {}}', {"content_type": "text/plain"}, 415),
        (b'{"data": {}}', {"content_type": "application/json; charset=latin-1"}, 415),
        (b'{"data": {}}', {"content_type": 'application/json;v=1; Charset="UTF-16"'}, 415),
        (b'{"data": {}}', {"content_encoding": "gzip"}, 415),
        (b'{"data": {}}', {"content_encoding": "identity, br"}, 415),
        (b'{"data": {}}', {"transfer_encoding": "gzip, chunked"}, 415),
        (b'{"data": {}}', {"idempotency_key": "a b"}, 400),
        (b" " * 1001, {}, 413),
        (b"", {"content_length": "1001"}, 413),
    ],
)
def test_invalid_prediction_request__is_a_problem(api, body, headers, status):
    assert api.request("POST", "/predict", "ann", body, **headers)[0] == status


@pytest.mark.parametrize(
    "coding",
    ["gzip", "br", "deflate", "zstd", "x\xff\r\n", "gzip, br", "gzip, identity", ["gzip", "identity"], ["gzip"] * 2],
)
def test_content_encoding__is_refused_with_what_is_accepted(api, coding):
    status, headers, body = api.request("POST", "/predict", "ann", b'{"data": {}}', content_encoding=coding)
    assert (status, headers["accept-encoding"]) == (415, "identity")
    assert json.loads(body)["detail"].startswith("Content-Encoding: ")
    assert "identity" in json.loads(body)["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content_encoding": "Identity"},
        {"content_encoding": ""},
        {"content_encoding": ["identity", "identity"]},
        {"transfer_encoding": "Chunked"},
        {"content_type": "application/json; charset=utf-8"},
        {"content_type": 'Application/JSON;charset="UTF8"'},
        {"content_type": "application/problem+json; v=1"},
    ],
)
def test_json_in_utf_8_without_compression__is_accepted(api, headers):
    assert api.request("POST", "/predict", "ann", b'{"data": {}}', **headers)[0] == 200


def test_long_number_in_a_text_field__reaches_the_predictor_as_its_digits(api):
    api.request("POST", "/predict", "ann", b'{"data": [{"parcel": 9400110898825022579493, "weight": 1.50}]}')
    assert api.predictor.shipments == [{"parcel": "9400110898825022579493", "weight": 1.5}]


@pytest.mark.parametrize(
    "path", ["x", "%00", "caf\xe9", "\udcff", "a\r\nSet-Cookie: x=1", "6f1c1c0e-0000-7000-8000-00000000000", "1" * 5000]
)
def test_prediction_id_that_is_none__is_404_without_new_headers(api, path):
    status, headers, body = api.request("GET", f"/predictions/{path}", "ann")
    assert status == 404
    assert "prediction_id" in json.loads(body)["detail"]
    assert len(body) < 1000
    assert not {"set-cookie", "location"} & set(headers)


@pytest.mark.parametrize(
    ("error", "status"), [(StoreError("/secret is missing"), 503), (ZeroDivisionError("secret"), 500)]
)
def test_error_of_the_predictor__is_a_problem_without_internal_details_and_is_logged(api, error, status, caplog):
    api.predictor.error = error
    with caplog.at_level(logging.ERROR):
        answered, _, body = api.request("POST", "/predict", "ann", b'{"data": {}}')
    assert answered == status
    assert b"secret" not in body
    assert "secret" in caplog.text


def test_unexpected_error_of_an_endpoint__is_a_problem(api, caplog):
    def fail():
        raise ZeroDivisionError("secret")

    api.app.state.context.render_metrics = fail
    status, headers, body = api.request("GET", "/metrics", "reader")
    assert (status, headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in body
    assert "ZeroDivisionError" in caplog.text


def test_security_headers__are_in_every_response_once(api):
    for method, path in (("GET", "/health/live"), ("GET", "/nothing"), ("POST", "/predict"), ("GET", "/docs")):
        _, headers, _ = api.request(method, path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert ("script-src 'self'" in policy) == (path == "/docs")


def test_metrics__name_the_endpoint_and_no_unknown_path(api):
    for path in ("/health/live", "/predictions/6f1c1c0e-0000-7000-8000-000000000000", "/invented"):
        api.request("GET", path, "ann")
    text = api.metrics.render().decode()
    assert 'path="/predictions"' in text
    assert 'path="other"' in text
    assert "invented" not in text
    assert "6f1c1c0e" not in text

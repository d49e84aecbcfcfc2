"""OWASP API Security Top 10 of 2023, points 1 to 5 and 8: access to objects, fields, resources, functions."""

import http.client
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from delay_core.digest import canonical_json
from entrypoints.cli.command_line import app
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file
from infra.local.waiting import wait_until
from support.api_server import ApiServer
from support.registered_models import altered

CANARY = "Zyxquist"
"""Occurs in every personal value and nowhere else."""
PREDICT, OUTCOMES, ADMIN = Scope
SCOPES = {
    "ann": (PREDICT, OUTCOMES),
    "ben": (PREDICT, OUTCOMES),
    "predictor": (PREDICT,),
    "reporter": (OUTCOMES,),
    "reader": (),
    "admin": (ADMIN, PREDICT),
    "expired": (PREDICT,),
    "revoked": (PREDICT,),
    "limited": (PREDICT,),
}
KEYS = {name: generate_key() for name in SCOPES}
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def record(name, **options):
    return KeyRecord(name=name, sha256=hash_key(KEYS[name].encode()), scopes=SCOPES[name], **options)


ALL_KEYS = KeyFile(
    keys=(
        *(record(name) for name in SCOPES if name not in ("expired", "limited")),
        record("expired", expires=date(2024, 1, 1)),
        record("limited", rate=1.0),
    )
)


@pytest.fixture(scope="module")
def bundle_with_personal_data(registered):
    """The first bundle, with a schema that has a column of personal data."""
    content = registered.bundles[0].schema.content
    columns = {**content["columns"], "driver": {"role": "ignored", "pii": True}}
    return altered(registered.bundles[0], 1.0, **{"schema.json": canonical_json({**content, "columns": columns})})


@pytest.fixture(scope="module")
def server(registered, bundle_with_personal_data, tmp_path_factory):
    models = registered.copy(tmp_path_factory.mktemp("secured"))
    models.point(models.add(bundle_with_personal_data))
    path = models.data.with_name("keys.json")
    write_key_file(path, ALL_KEYS)
    limits = {"DELAY_API__BODY_LIMIT": "40000", "DELAY_API__BATCH_LIMIT": "20", "DELAY_API__ACCESS_LOG": "all"}
    with ApiServer.start(models.data, DELAY_API__KEYS=str(path), **limits) as started:
        assert started.get("/model/metadata", **key_of("reader")).json()["model_version"] == 4
        yield started


@pytest.fixture
def shipment(registered):
    return {**registered.records[0], "driver": f"Ann {CANARY}"}


def key_of(name):
    return {"X_API_Key": KEYS[name]}


def predict(server, name, shipment):
    """The id of a new prediction."""
    response = server.post("/predict", {"data": shipment}, **key_of(name))
    assert response.status == 200, response.body
    return response.json()["prediction_id"]


class TestObjects:
    """API1: a client cannot access another client's predictions."""

    def test_prediction__is_visible_to_its_client_and_to_administrators(self, server, shipment):
        path = f"/predictions/{predict(server, 'ann', shipment)}"
        statuses = {name: server.get(path, **key_of(name)).status for name in ("ann", "predictor", "ben", "admin")}
        assert statuses == {"ann": 200, "predictor": 404, "ben": 404, "admin": 200}

    def test_prediction_of_another_client__is_refused_like_an_unknown_one(self, server, shipment):
        theirs = server.get(f"/predictions/{predict(server, 'ann', shipment)}", **key_of("ben")).json()
        absent = server.get(f"/predictions/{uuid4()}", **key_of("ben")).json()
        assert {**theirs, "request_id": ""} == {**absent, "request_id": ""}

    def test_outcome_of_another_clients_prediction__is_refused(self, server, shipment):
        prediction = predict(server, "ann", {**shipment, "Humidity": 61.5})
        mine = predict(server, "ben", {**shipment, "Humidity": 61.25})
        outcomes = [{"prediction_id": mine, "late": True}, {"prediction_id": prediction, "late": True}]
        refused = server.post("/outcomes", {"data": outcomes}, **key_of("ben"))
        assert refused.status == 404
        assert [error["shipment"] for error in refused.json()["errors"]] == [2]
        for name, one in (("ann", prediction), ("ben", mine)):
            assert server.get(f"/predictions/{one}", **key_of(name)).json()["outcome"] is None

    def test_clients__may_choose_the_same_idempotency_key(self, server, shipment):
        answers = [
            server.post("/predict", {"data": shipment}, **key_of(name), Idempotency_Key="first").json()
            for name in ("ann", "ben", "ann")
        ]
        assert answers[0] == answers[2] != answers[1]


class TestAuthentication:
    """API2: a caller without a valid key has no access."""

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X_API_Key": "dk_wrong"},
            {"X_API_Key": ""},
            {"X_API_Key": hash_key(KEYS["ann"].encode())},
            {"X_API_Key": KEYS["ann"][:-1]},
            {"X_API_Key": KEYS["ann"].upper()},
            {"X_API_Key": KEYS["expired"]},
            {"Authorization": KEYS["ann"]},
            {"Authorization": "Bearer ", "Cookie": f"X-API-Key={KEYS['ann']}"},
        ],
    )
    def test_invalid_credentials__are_refused(self, server, headers):
        wait_until(
            lambda: server.get("/model/metadata", **headers).status == 401, 70
        )  # earlier failures of this address may count
        assert server.get("/model/metadata", **key_of("ann")).status == 200

    def test_key_in_the_address__is_ignored(self, server):
        assert server.get(f"/model/metadata?api_key={KEYS['ann']}&X-API-Key={KEYS['ann']}").status in (401, 429)

    def test_guessing__is_limited_and_does_not_lock_out_valid_keys(self, server):
        with ThreadPoolExecutor(4) as threads:
            guesses = list(threads.map(lambda _: server.get("/metrics", X_API_Key=generate_key()), range(24)))
        assert {answer.status for answer in guesses} <= {401, 429}
        limited = [answer for answer in guesses if answer.status == 429]
        assert len(limited) >= 10
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in limited)
        assert server.get("/metrics", **key_of("reader")).status == 200

    def test_replaced_key_file__is_reloaded(self, server, shipment):
        path, fresh = server.data.with_name("keys.json"), generate_key()
        added = KeyRecord(name="fresh", sha256=hash_key(fresh.encode()), scopes=(PREDICT,))
        assert server.get("/metrics", **key_of("revoked")).status == 200
        try:
            write_key_file(path, ALL_KEYS.without_key("revoked").with_key(added))
            wait_until(lambda: server.get("/metrics", X_API_Key=fresh).status == 200, 10)
            assert server.get("/metrics", **key_of("revoked")).status in (401, 429)
            assert server.post("/predict", {"data": shipment}, **key_of("ann")).status == 200
        finally:
            write_key_file(path, ALL_KEYS)
            wait_until(lambda: server.get("/metrics", **key_of("revoked")).status == 200, 10)


class TestProperties:
    """API3: a client cannot set or read fields that are not its own."""

    @pytest.mark.parametrize("extra", [{"client": "ben"}, {"request_id": "r"}, {"model_version": 1}, {"admin": True}])
    def test_prediction_request__cannot_set_internal_fields(self, server, shipment, extra):
        refused = server.post("/predict", {"data": shipment, **extra}, **key_of("ann"))
        assert refused.status == 422
        assert [error["field"] for error in refused.json()["errors"]] == list(extra)

    @pytest.mark.parametrize("extra", [{"source": "ben"}, {"recorded_at": "2024-01-01T00:00:00Z"}])
    def test_outcome__cannot_set_its_source_or_time(self, server, extra):
        outcome = {"shipment_id": "s", "late": True, **extra}
        assert server.post("/outcomes", {"data": outcome}, **key_of("reporter")).status == 422

    def test_post_hoc_and_personal_data__are_neither_stored_nor_returned(self, server, shipment):
        content = {**shipment, "Shipment_Status": "Delayed", "Logistics_Delay": 1}
        answer = server.post("/predict", {"data": content, "explain": True}, **key_of("ann"))
        stored = server.get(f"/predictions/{answer.json()['prediction_id']}", **key_of("ann"))
        assert {"driver", "Shipment_Status", "Logistics_Delay"}.isdisjoint(stored.json()["request_data"])
        assert CANARY not in (answer.body + stored.body).decode()
        assert any(note.startswith("driver ignored") for note in answer.json()["notes"])

    def test_refusal__does_not_quote_personal_data(self, server, shipment):
        for broken in ({"Humidity": 140}, {"driver": [CANARY]}, {"drivr": 1}):
            refused = server.post("/predict", {"data": [shipment, {**shipment, **broken}]}, **key_of("ann"))
            assert refused.status == 422
            assert CANARY not in refused.body.decode()


class TestResources:
    """API4: a client cannot use unlimited resources."""

    def test_body__is_limited_with_and_without_a_length(self, server):
        assert server.post("/predict", b" " * 40_001, **key_of("ann")).status == 413
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", "/predict", iter([b" " * 9000] * 5), {"X-API-Key": KEYS["ann"]})
        assert connection.getresponse().status == 413
        connection.close()

    def test_shipments_per_request__are_limited(self, server, shipment):
        refused = server.post("/predict", {"data": [shipment] * 21}, **key_of("ann"))
        assert refused.status == 413
        assert "at most 20" in refused.json()["detail"]
        outcomes = [{"shipment_id": "s", "late": True}] * 21
        assert server.post("/outcomes", {"data": outcomes}, **key_of("ann")).status == 413

    def test_key_with_a_rate__is_limited_and_gets_the_time_to_wait(self, server):
        answers = [server.get("/metrics", **key_of("limited")) for _ in range(8)]
        refused = [answer for answer in answers if answer.status == 429]
        assert len(refused) >= 4
        assert int(refused[0].headers["retry-after"]) >= 1
        assert server.get("/metrics", **key_of("ann")).status == 200


class TestFunctions:
    """API5: a key allows what its scopes say, however the path is written."""

    ENDPOINTS = (
        ("POST", "/predict", PREDICT),
        ("GET", f"/predictions/{uuid4()}", PREDICT),
        ("POST", "/outcomes", OUTCOMES),
        ("POST", "/admin/reload", ADMIN),
        ("POST", "/admin/rollback", ADMIN),
        ("GET", "/metrics", None),
        ("GET", "/model/metadata", None),
    )

    @pytest.mark.parametrize("name", ["predictor", "reporter", "reader"])
    def test_key__allows_what_its_scopes_say(self, server, name):
        for method, path, scope in self.ENDPOINTS:
            status = server.request(method, path, {} if method == "POST" else None, **key_of(name)).status
            assert (status == 403) == (scope is not None and scope not in SCOPES[name]), (method, path, status)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    def test_other_methods__give_no_access(self, server, method):
        for _, path, scope in self.ENDPOINTS[3:5]:
            assert scope is ADMIN
            assert server.request(method, path, None, **key_of("ann")).status == 403
            assert server.request(method, path, None, **key_of("admin")).status == 405

    @pytest.mark.parametrize(
        "path",
        [
            "//admin/reload",
            "/admin//reload",
            "/admin/reload/",
            "/ADMIN/reload",
            "/%61dmin/reload",
            "/x/../admin/reload",
        ],
    )
    def test_other_spellings_of_a_path__give_no_access(self, server, path):
        assert server.post(path, {}, **key_of("ann")).status in (403, 404)
        assert server.post(path, {}).status in (401, 429)

    def test_administrator__has_access(self, server):
        assert server.post("/admin/reload", {}, **key_of("admin")).json() == {"changed": False, "model_version": 4}


class TestConfiguration:
    """API8: no unnecessary access, and no internal details in responses."""

    def responses(self, server, shipment):
        """A response of every kind by its status."""
        ann = key_of("ann")
        return {
            200: server.post("/predict", {"data": shipment}, **ann),
            400: server.post("/predict", b"{", **ann),
            403: server.post("/admin/reload", {}, **ann),
            404: server.get("/nothing", **ann),
            405: server.request("PUT", "/health", None, **ann),
            413: server.post("/predict", b" " * 50_000, **ann),
            415: server.post("/predict", b"{}", **{**ann, "Content-Type": "text/plain"}),
            422: server.post("/predict", {"data": {}}, **ann),
        }

    def test_every_response__has_security_headers(self, server, shipment):
        for status, answer in self.responses(server, shipment).items():
            assert answer.status == status
            assert {name: answer.headers.get(name) for name in SAFE} == SAFE
            assert "server" not in answer.headers
            assert answer.headers["x-request-id"]

    def test_other_origins__have_no_access(self, server):
        origin = {"Origin": "https://evil.example", "Access_Control_Request_Method": "POST"}
        for method, path in (("OPTIONS", "/predict"), ("GET", "/health"), ("POST", "/predict")):
            answer = server.request(method, path, None, **origin, **key_of("ann"))
            assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_problem__has_a_request_id_and_no_internal_details(self, server, shipment):
        for status, answer in self.responses(server, shipment).items():
            if status >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                problem = answer.json()
                assert problem["status"] == status
                assert problem["request_id"] == answer.headers["x-request-id"]
                assert not leaks(answer.body, server.data)

    def test_log__is_lines_of_json_without_keys_bodies_or_personal_data(self, server, shipment):
        marker = f"r-{time.time_ns()}"
        server.post(
            "/predict?secret=hunter2",
            {"data": {**shipment, "Asset_ID": "marked"}},
            **key_of("ann"),
            X_Request_ID=marker,
        )
        server.get(f"/predictions/{uuid4()}?key={KEYS['ben']}", **key_of("ann"))
        text = wait_until(lambda: marker in (log := server.log_text()) and log, 30)
        lines = [json.loads(line) for line in text.splitlines()]
        [line] = [line for line in lines if line.get("request_id") == marker]
        assert (line["client"], line["path"], line["status"]) == ("ann", "/predict", 200)
        assert not [
            secret for secret in (*KEYS.values(), CANARY, "marked", "hunter2", 'Waiting_Time"') if secret in text
        ]

    def test_metrics__name_no_key_no_client_and_no_unknown_path(self, server, shipment):
        predict(server, "ann", shipment)
        server.get(f"/{CANARY}", **key_of("ann"))
        text = server.get("/metrics", **key_of("reader")).body.decode()
        assert re.search(r'delay_requests_total{.*path="other".*status="404"} ', text)
        assert not [word for word in (*KEYS.values(), *KEYS, CANARY) if f'"{word}"' in text or CANARY in text]

    def test_other_pages_of_the_framework__do_not_exist(self, server):
        for path in ("/redoc", "/docs/oauth2-redirect", "/debug", "/.env", "/admin", "/static/x"):
            assert server.get(path, **key_of("ann")).status in (403, 404)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
    def test_without_keys__it_listens_on_this_machine_only(self, host):
        result = CliRunner().invoke(app, ["serve", "--host", host], env={"DELAY_API__KEYS": None})
        assert result.exit_code == 2
        assert "DELAY_API__KEYS" in result.output


def leaks(body, folder):
    """Internal details in a response."""
    internal = ["Traceback", 'File "', "/work/", "/root/", str(folder), "site-packages", "://", "127.0.0.1", "hunter2"]
    internal += ["SELECT", "INSERT", "sqlite", "postgres", "psycopg", ".py", ".db"]
    return [word for word in internal if word.lower() in body.decode().lower()]


def test_responses_while_every_dependency_is_unavailable__reveal_no_internal_details(registered, tmp_path):
    models = registered.copy(tmp_path)
    unavailable = {
        "MLFLOW_TRACKING_URI": "http://mlflow-user:hunter2@127.0.0.1:9",
        "DELAY_SERVING_DB": "postgresql://delay:hunter2@127.0.0.1:9/serving",
        "MODEL_NAME": "a_model_that_is_in_no_cache",
    }
    with ApiServer.start(models.data, ready="/health/live", **unavailable) as server:
        answers = [
            server.get("/health"),
            server.get("/health/ready"),
            server.post("/predict", {"data": registered.records[0]}),
            server.post("/outcomes", {"data": {"prediction_id": str(uuid4()), "late": True}}),
            server.get(f"/predictions/{uuid4()}"),
            server.get("/model/metadata"),
            server.post("/admin/reload", {}),
            server.post("/admin/rollback", {}),
        ]
        assert [answer.status for answer in answers] == [200, *[503] * 7]
        assert "not loaded" in answers[2].json()["detail"]
        assert [(words, answer.body) for answer in answers if (words := leaks(answer.body, models.data))] == []
        assert "hunter2" not in server.log_text()

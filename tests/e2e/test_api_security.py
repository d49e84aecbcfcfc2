"""OWASP's API Security Top 10 of 2023, points 1 to 5 and 8: who may see, ask, do and learn what."""

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
"""Stands in every personal value, and nowhere else."""
PREDICT, OUTCOMES, ADMIN = Scope
SCOPES = {
    "ann": (PREDICT, OUTCOMES),
    "ben": (PREDICT, OUTCOMES),
    "predicts": (PREDICT,),
    "tells": (OUTCOMES,),
    "reads": (),
    "admin": (ADMIN, PREDICT),
    "gone": (PREDICT,),
    "revoked": (PREDICT,),
    "hasty": (PREDICT,),
}
KEYS = {name: generate_key() for name in SCOPES}
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def known(name, **more):
    return KeyRecord(name=name, sha256=hash_key(KEYS[name].encode()), scopes=SCOPES[name], **more)


ALL = KeyFile(
    keys=(
        *(known(name) for name in SCOPES if name not in ("gone", "hasty")),
        known("gone", expires=date(2024, 1, 1)),
        known("hasty", rate=1.0),
    )
)


@pytest.fixture(scope="module")
def with_persons(registered):
    """The first bundle, of a schema that knows a driver, who is a person."""
    content = registered.bundles[0].schema.content
    columns = {**content["columns"], "driver": {"role": "ignored", "pii": True}}
    return altered(registered.bundles[0], 1.0, **{"schema.json": canonical_json({**content, "columns": columns})})


@pytest.fixture(scope="module")
def server(registered, with_persons, tmp_path_factory):
    own = registered.copy(tmp_path_factory.mktemp("secured"))
    own.point(own.add(with_persons))
    path = own.data.with_name("keys.json")
    write_key_file(path, ALL)
    limits = {"DELAY_API__BODY_LIMIT": "40000", "DELAY_API__BATCH_LIMIT": "20", "DELAY_API__ACCESS_LOG": "all"}
    with ApiServer.start(own.data, DELAY_API__KEYS=str(path), **limits) as started:
        assert started.get("/model/metadata", **by("reads")).json()["model_version"] == 4
        yield started


@pytest.fixture
def shipment(registered):
    return {**registered.records[0], "driver": f"Ann {CANARY}"}


def by(name):
    return {"X_API_Key": KEYS[name]}


def predicted(server, name, shipment):
    answer = server.post("/predict", {"data": shipment}, **by(name))
    assert answer.status == 200, answer.body
    return answer.json()["prediction_id"]


class TestObjects:
    """API1: nobody reaches another client's predictions."""

    def test_a_prediction_is_its_clients_alone_and_seen_by_administrators(self, server, shipment):
        path = f"/predictions/{predicted(server, 'ann', shipment)}"
        seen = {name: server.get(path, **by(name)).status for name in ("ann", "predicts", "ben", "admin")}
        assert seen == {"ann": 200, "predicts": 404, "ben": 404, "admin": 200}

    def test_anothers_prediction_is_refused_as_one_that_is_not(self, server, shipment):
        theirs = server.get(f"/predictions/{predicted(server, 'ann', shipment)}", **by("ben")).json()
        absent = server.get(f"/predictions/{uuid4()}", **by("ben")).json()
        assert {**theirs, "request_id": ""} == {**absent, "request_id": ""}

    def test_the_outcome_of_anothers_prediction_is_not_taken(self, server, shipment):
        prediction = predicted(server, "ann", {**shipment, "Humidity": 61.5})
        mine = predicted(server, "ben", {**shipment, "Humidity": 61.25})
        outcomes = [{"prediction_id": mine, "late": True}, {"prediction_id": prediction, "late": True}]
        refused = server.post("/outcomes", {"data": outcomes}, **by("ben"))
        assert refused.status == 404
        assert [error["shipment"] for error in refused.json()["errors"]] == [2]
        for name, one in (("ann", prediction), ("ben", mine)):
            assert server.get(f"/predictions/{one}", **by(name)).json()["outcome"] is None

    def test_clients_may_choose_the_same_idempotency_key(self, server, shipment):
        answers = [
            server.post("/predict", {"data": shipment}, **by(name), Idempotency_Key="first").json()
            for name in ("ann", "ben", "ann")
        ]
        assert answers[0] == answers[2] != answers[1]


class TestAuthentication:
    """API2: who is not known, or no longer, is nobody."""

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X_API_Key": "dk_wrong"},
            {"X_API_Key": ""},
            {"X_API_Key": hash_key(KEYS["ann"].encode())},
            {"X_API_Key": KEYS["ann"][:-1]},
            {"X_API_Key": KEYS["ann"].upper()},
            {"X_API_Key": KEYS["gone"]},
            {"Authorization": KEYS["ann"]},
            {"Authorization": "Bearer ", "Cookie": f"X-API-Key={KEYS['ann']}"},
        ],
    )
    def test_whoever_is_not_known_is_refused(self, server, headers):
        wait_until(lambda: server.get("/model/metadata", **headers).status == 401, 70)  # others have failed here before
        answer = server.get("/model/metadata", **by("ann"))
        assert answer.status == 200

    def test_a_key_in_the_address_is_none(self, server):
        assert server.get(f"/model/metadata?api_key={KEYS['ann']}&X-API-Key={KEYS['ann']}").status in (401, 429)

    def test_guessing_is_slowed_down_and_does_not_shut_out_who_has_a_key(self, server):
        with ThreadPoolExecutor(4) as threads:
            guesses = list(threads.map(lambda _: server.get("/metrics", X_API_Key=generate_key()), range(24)))
        assert {answer.status for answer in guesses} <= {401, 429}
        slowed = [answer for answer in guesses if answer.status == 429]
        assert len(slowed) >= 10
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in slowed)
        assert server.get("/metrics", **by("reads")).status == 200

    def test_a_replaced_file_of_keys_is_followed(self, server, shipment):
        path, fresh = server.data.with_name("keys.json"), generate_key()
        added = KeyRecord(name="fresh", sha256=hash_key(fresh.encode()), scopes=(PREDICT,))
        assert server.get("/metrics", **by("revoked")).status == 200
        try:
            write_key_file(path, ALL.without_key("revoked").with_key(added))
            wait_until(lambda: server.get("/metrics", X_API_Key=fresh).status == 200, 10)
            assert server.get("/metrics", **by("revoked")).status in (401, 429)
            assert server.post("/predict", {"data": shipment}, **by("ann")).status == 200
        finally:
            write_key_file(path, ALL)
            wait_until(lambda: server.get("/metrics", **by("revoked")).status == 200, 10)


class TestProperties:
    """API3: nobody sets, or reads, what is not theirs."""

    @pytest.mark.parametrize("more", [{"client": "ben"}, {"request_id": "r"}, {"model_version": 1}, {"admin": True}])
    def test_a_request_cannot_say_more_than_it_may(self, server, shipment, more):
        refused = server.post("/predict", {"data": shipment, **more}, **by("ann"))
        assert refused.status == 422
        assert [error["field"] for error in refused.json()["errors"]] == list(more)

    @pytest.mark.parametrize("more", [{"source": "ben"}, {"recorded_at": "2024-01-01T00:00:00Z"}])
    def test_an_outcome_cannot_say_who_tells_it_or_when(self, server, more):
        outcome = {"shipment_id": "s", "late": True, **more}
        assert server.post("/outcomes", {"data": outcome}, **by("tells")).status == 422

    def test_what_is_known_too_late_and_personal_data_are_neither_kept_nor_told(self, server, shipment):
        record = {**shipment, "Shipment_Status": "Delayed", "Logistics_Delay": 1}
        answer = server.post("/predict", {"data": record, "explain": True}, **by("ann"))
        kept = server.get(f"/predictions/{answer.json()['prediction_id']}", **by("ann"))
        assert {"driver", "Shipment_Status", "Logistics_Delay"}.isdisjoint(kept.json()["request_data"])
        assert CANARY not in (answer.body + kept.body).decode()
        assert any(note.startswith("driver ignored") for note in answer.json()["notes"])

    def test_a_refusal_does_not_quote_a_person(self, server, shipment):
        for broken in ({"Humidity": 140}, {"driver": [CANARY]}, {"drivr": 1}):
            refused = server.post("/predict", {"data": [shipment, {**shipment, **broken}]}, **by("ann"))
            assert refused.status == 422
            assert CANARY not in refused.body.decode()


class TestResources:
    """API4: nobody takes more than a share."""

    def test_a_body_is_bounded_however_it_comes(self, server):
        assert server.post("/predict", b" " * 40_001, **by("ann")).status == 413
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", "/predict", iter([b" " * 9000] * 5), {"X-API-Key": KEYS["ann"]})
        assert connection.getresponse().status == 413
        connection.close()

    def test_shipments_of_a_request_are_bounded(self, server, shipment):
        refused = server.post("/predict", {"data": [shipment] * 21}, **by("ann"))
        assert refused.status == 413
        assert "at most 20" in refused.json()["detail"]
        outcomes = [{"shipment_id": "s", "late": True}] * 21
        assert server.post("/outcomes", {"data": outcomes}, **by("ann")).status == 413

    def test_a_key_with_a_rate_is_held_to_it_and_told_when_to_come_back(self, server):
        answers = [server.get("/metrics", **by("hasty")) for _ in range(8)]
        refused = [answer for answer in answers if answer.status == 429]
        assert len(refused) >= 4
        assert int(refused[0].headers["retry-after"]) >= 1
        assert server.get("/metrics", **by("ann")).status == 200


class TestFunctions:
    """API5: a key does what its scopes say, however the path is written."""

    REQUESTS = (
        ("POST", "/predict", PREDICT),
        ("GET", f"/predictions/{uuid4()}", PREDICT),
        ("POST", "/outcomes", OUTCOMES),
        ("POST", "/admin/reload", ADMIN),
        ("POST", "/admin/rollback", ADMIN),
        ("GET", "/metrics", None),
        ("GET", "/model/metadata", None),
    )

    @pytest.mark.parametrize("name", ["predicts", "tells", "reads"])
    def test_a_key_does_what_its_scopes_say(self, server, name):
        for method, path, scope in self.REQUESTS:
            status = server.request(method, path, {} if method == "POST" else None, **by(name)).status
            assert (status == 403) == (scope is not None and scope not in SCOPES[name]), (method, path, status)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    def test_another_method_opens_nothing(self, server, method):
        for _, path, scope in self.REQUESTS[3:5]:
            assert scope is ADMIN
            assert server.request(method, path, None, **by("ann")).status == 403
            assert server.request(method, path, None, **by("admin")).status == 405

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
    def test_another_spelling_opens_nothing(self, server, path):
        assert server.post(path, {}, **by("ann")).status in (403, 404)
        assert server.post(path, {}).status in (401, 429)

    def test_administrators_are_let_in(self, server):
        assert server.post("/admin/reload", {}, **by("admin")).json() == {"changed": False, "model_version": 4}


class TestConfiguration:
    """API8: nothing is open that need not be, and nothing tells what lies behind."""

    def answers_by_status(self, server, shipment):
        """An answer of every kind, with its status."""
        ann = by("ann")
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

    def test_every_answer_carries_the_headers_that_keep_browsers_careful(self, server, shipment):
        for status, answer in self.answers_by_status(server, shipment).items():
            assert answer.status == status
            assert {name: answer.headers.get(name) for name in SAFE} == SAFE
            assert "server" not in answer.headers
            assert answer.headers["x-request-id"]

    def test_other_origins_are_not_let_in(self, server):
        origin = {"Origin": "https://evil.example", "Access_Control_Request_Method": "POST"}
        for method, path in (("OPTIONS", "/predict"), ("GET", "/health"), ("POST", "/predict")):
            answer = server.request(method, path, None, **origin, **by("ann"))
            assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_a_refusal_tells_a_request_id_and_no_internals(self, server, shipment):
        for status, answer in self.answers_by_status(server, shipment).items():
            if status >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                problem = answer.json()
                assert problem["status"] == status
                assert problem["request_id"] == answer.headers["x-request-id"]
                assert not leaked(answer.body, server.data)

    def test_the_log_is_lines_of_json_without_keys_bodies_or_persons(self, server, shipment):
        marker = f"r-{time.time_ns()}"
        server.post(
            "/predict?secret=hunter2", {"data": {**shipment, "Asset_ID": "marked"}}, **by("ann"), X_Request_ID=marker
        )
        server.get(f"/predictions/{uuid4()}?key={KEYS['ben']}", **by("ann"))
        text = wait_until(lambda: marker in (log := server.log_text()) and log, 30)
        lines = [json.loads(line) for line in text.splitlines()]
        [line] = [line for line in lines if line.get("request_id") == marker]
        assert (line["client"], line["path"], line["status"]) == ("ann", "/predict", 200)
        assert not [
            secret for secret in (*KEYS.values(), CANARY, "marked", "hunter2", 'Waiting_Time"') if secret in text
        ]

    def test_the_metrics_name_no_key_no_client_and_no_made_up_path(self, server, shipment):
        predicted(server, "ann", shipment)
        server.get(f"/{CANARY}", **by("ann"))
        text = server.get("/metrics", **by("reads")).body.decode()
        assert re.search(r'delay_requests_total{.*path="other".*status="404"} ', text)
        assert not [word for word in (*KEYS.values(), *KEYS, CANARY) if f'"{word}"' in text or CANARY in text]

    def test_nothing_is_left_of_a_framework_s_own_pages(self, server):
        for path in ("/redoc", "/docs/oauth2-redirect", "/debug", "/.env", "/admin", "/static/x"):
            assert server.get(path, **by("ann")).status in (403, 404)

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
    def test_beyond_this_machine_it_does_not_listen_without_keys(self, host):
        ended = CliRunner().invoke(app, ["serve", "--host", host], env={"DELAY_API__KEYS": None})
        assert ended.exit_code == 2
        assert "DELAY_API__KEYS" in ended.output


def leaked(body, folder):
    """What no answer may hold, and this one does."""
    internal = ["Traceback", 'File "', "/work/", "/root/", str(folder), "site-packages", "://", "127.0.0.1", "hunter2"]
    internal += ["SELECT", "INSERT", "sqlite", "postgres", "psycopg", ".py", ".db"]
    return [word for word in internal if word.lower() in body.decode().lower()]


def test_with_everything_behind_it_away_no_answer_tells_what_lies_there(registered, tmp_path):
    own = registered.copy(tmp_path)
    away = {
        "MLFLOW_TRACKING_URI": "http://mlflow-user:hunter2@127.0.0.1:9",
        "DELAY_SERVING_DB": "postgresql://delay:hunter2@127.0.0.1:9/serving",
        "MODEL_NAME": "a_model_that_is_in_no_cache",
    }
    with ApiServer.start(own.data, ready="/health/live", **away) as server:
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
        assert [leak for answer in answers if (leak := (leaked(answer.body, own.data), answer.body))[0]] == []
        assert "hunter2" not in server.log_text()

"""OWASP API Security Top 10 of 2023, points 1 to 5: access to objects, fields, resources, functions."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from entrypoints.keys import KeyRecord, generate_key, hash_key, write_key_file
from infra.local.waiting import wait_until
from support.secured_api import ADMIN, ALL_KEYS, CANARY, KEYS, OUTCOMES, PLAN, PREDICT, SCOPES, key_of, predict


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
        ("POST", "/predict", {PREDICT}),
        ("GET", f"/predictions/{uuid4()}", {PREDICT, PLAN}),
        ("POST", "/outcomes", {OUTCOMES}),
        ("GET", "/worklist", {PLAN}),
        ("GET", "/actions?shipment_id=s", {PLAN}),
        ("POST", "/actions", {PLAN}),
        ("POST", "/admin/reload", {ADMIN}),
        ("POST", "/admin/rollback", {ADMIN}),
        ("POST", "/schema-draft?name=a.csv", {ADMIN}),
        ("GET", "/metrics", set()),
        ("GET", "/model/metadata", set()),
    )

    @pytest.mark.parametrize("name", ["predictor", "reporter", "planner", "reader"])
    def test_key__allows_what_its_scopes_say(self, server, name):
        for method, path, scopes in self.ENDPOINTS:
            status = server.request(method, path, {} if method == "POST" else None, **key_of(name)).status
            assert (status == 403) == (bool(scopes) and scopes.isdisjoint(SCOPES[name])), (method, path, status)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    def test_other_methods__give_no_access(self, server, method):
        for path in ("/admin/reload", "/admin/rollback"):
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

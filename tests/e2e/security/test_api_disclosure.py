"""OWASP API Security Top 10 of 2023, point 8: what responses, logs and metrics disclose."""

import json
import re
import time
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from entrypoints.cli.command_line import app
from infra.local.waiting import wait_until
from support.api_server import ApiServer
from support.secured_api import CANARY, KEYS, SAFE, key_of, predict


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

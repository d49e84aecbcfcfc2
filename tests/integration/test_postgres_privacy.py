"""What a PostgreSQL server's administrators see of statements: never a value of a shipment."""

from contextlib import closing

import psycopg
import pytest

from adapters.sql import ActionLog, AuditLog, Database, OutcomeLog, PredictionLog, PredictionReader
from infra.local.postgres import PostgresServer
from support import postgres_server
from support.builders import action, audit_entry, keyed_request, logged_predictions, outcome
from support.prediction_pages import read_all

FIELDS = {
    "shipment_id": "SECRET-S",
    "request_data": {"City": "SECRET-D"},
    "client": "SECRET-C",
    "error": "SECRET-E",
    "model_name": "SECRET-M",
}


@pytest.fixture
def server():
    postgres_server.emptied(
        "serving", "serving_logs", "serving_daily", "outcomes", "actions", "idempotency_keys", "erasures"
    )
    return postgres_server.server()


@pytest.fixture
def all_statements_are_logged(server):
    """For the service's new connections."""
    if not isinstance(server, PostgresServer):
        pytest.skip("the log of a remote server cannot be read")
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute("ALTER ROLE serving SET log_min_duration_statement = 0")
        yield admin
        admin.execute("ALTER ROLE serving RESET log_min_duration_statement")


def test_statements__contain_no_values(server, all_statements_are_logged):
    few, many = logged_predictions(1, 3, **FIELDS), logged_predictions(2, 300, **FIELDS)
    request = keyed_request(1, 3, answer='"SECRET-A"', **FIELDS)
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        log = PredictionLog(database)
        for batch in (few, many, few, many):  # the second time, they exist already
            log.append(batch)
        log.append_once([request])
        log.append_once([request])
        OutcomeLog(database).append([outcome(shipment_id="SECRET-S", source="SECRET-O")])
        ActionLog(database).append([action(shipment_id="SECRET-S", actor="SECRET-P", note="SECRET-N")])
        AuditLog(database).append([audit_entry(subject="SECRET-T")])
        assert len(read_all(PredictionReader(database), shipment_id="SECRET-S")) == 306
        activity = all_statements_are_logged.execute(
            "SELECT query FROM pg_stat_activity WHERE usename = 'serving'"
        ).fetchall()

    logged = (server.data / "server.log").read_text()
    assert "COPY serving_logs" in logged
    assert "INTO serving_logs" in logged
    assert "SECRET" not in logged
    assert activity
    assert "SECRET" not in str(activity)


@pytest.mark.parametrize("size", [1, 300])
def test_texts__are_utf8_whatever_the_environment_says(server, monkeypatch, size):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    batch = logged_predictions(1, size, request_data={"City": "Kraków €😀"}, client="naïve €")

    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        PredictionLog(database).append(batch)

        assert read_all(PredictionReader(database)) == batch[::-1]

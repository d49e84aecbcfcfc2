"""The API while its PostgreSQL is away: it answers on, from its journal, and loses nothing and doubles nothing."""

import time

import pytest

from benchmarks.load_clients import LoadClients
from infra.local.outages import OUTAGES
from infra.local.waiting import wait_until
from support.api_server import NOWHERE, ApiServer
from support.serving_log import counted, drained, logged

AWAY = 4.0
"""Seconds of an outage."""


@pytest.fixture(scope="module")
def server(registered, postgres, tmp_path_factory):
    data = registered.copy(tmp_path_factory.mktemp("outage")).data
    url = postgres.url("serving", "serving")
    with ApiServer.start(data, MLFLOW_TRACKING_URI=NOWHERE, DELAY_SERVING_DB=url) as running:
        yield running


@pytest.mark.parametrize("way", OUTAGES)
def test_database_outage__every_request_is_answered_and_logged_once(way, server, postgres, registered):
    url = postgres.url("serving", "serving_owner")
    before = set(logged(url))

    with LoadClients([server.port], registered.records) as clients:
        wait_until(lambda: len(clients.window.answers) > 100, 60)
        with OUTAGES[way](postgres):
            away = len(clients.window.answers)
            until_over = time.monotonic() + AWAY
            wait_until(lambda: time.monotonic() > until_over and len(clients.window.answers) > away + 100, 60)
            waiting = server.get("/health").json()["dependencies"]["prediction_log"]
        back = len(clients.window.answers)
        wait_until(lambda: len(clients.window.answers) > back + 100, 60)
        drained(server)

    times = logged(url)
    assert waiting["state"] == "degraded"
    assert "outbox holds" in waiting["detail"]
    assert clients.window.failures == {}
    assert {times[answered] for answered in clients.window.ids} == {1}
    assert set(times) - before == set(clients.window.ids)
    assert counted(url) == len(times)


@pytest.fixture
def small(server):
    """The server, with a journal of thirty rows."""
    if server.variables.get("DELAY_JOURNAL_ROWS") != "30":
        assert server.stop() == 0
        server.restart(DELAY_JOURNAL_ROWS="30")
    return server


@pytest.mark.parametrize("way", OUTAGES)
def test_full_outbox__is_answered_503_until_the_database_returns(way, small, postgres, registered):
    server, url = small, postgres.url("serving", "serving_owner")
    one = {"data": registered.records[0]}

    with OUTAGES[way](postgres):
        answers = [server.post("/predict", one) for _ in range(35)]
        health, ready = server.get("/health"), server.wait_for("/health/ready", 503)
        batch = server.post("/predict", {"data": registered.records[:2]})
    drained(server)
    after = server.post("/predict", one)

    statuses = [answer.status for answer in answers]
    assert statuses == sorted(statuses)
    assert set(statuses) == {200, 503}
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert batch.status == 503
    assert health.status == 200
    assert ready.json()["status"] == "unavailable"
    assert "the outbox is full" in ready.json()["dependencies"]["prediction_log"]["detail"]
    assert after.status == 200
    answered = {answer.json()["prediction_id"].replace("-", "") for answer in (*answers, after) if answer.status == 200}
    times = logged(url)
    assert {times[one] for one in answered} == {1}

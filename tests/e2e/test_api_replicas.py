"""Several workers and several replicas of the API, side by side on one PostgreSQL."""

import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from benchmarks.load_clients import LoadClients
from infra.local.outages import stopped
from infra.local.waiting import wait_until
from support.api_server import NOWHERE, ApiServer
from support.cli import Delay
from support.serving_log import counted, drained, logged

AT_ONCE = 1_000


@pytest.fixture(scope="module")
def replicas(registered, postgres, tmp_path_factory):
    """One of two workers, and one of one worker with a folder of its own."""
    variables = {"MLFLOW_TRACKING_URI": NOWHERE, "DELAY_SERVING_DB": postgres.url("serving", "serving")}
    two, one = (registered.copy(tmp_path_factory.mktemp(name)).data for name in ("two", "one"))
    with ApiServer(two, "--workers", "2", **variables) as first, ApiServer(one, **variables) as second:
        for server in (first, second):
            server.wait_until_ready("/health/ready")
        wait_until(lambda: len(first.workers()) == 2, 60)
        yield first, second


@pytest.fixture
def url(postgres):
    return postgres.url("serving", "serving_owner")


def ask(server, record, key):
    answer = server.post("/predict", {"data": record}, Idempotency_Key=key)
    assert answer.status in (200, 409), answer.body
    return answer


def rows_of(url, answer):
    return logged(url)[answer.json()["prediction_id"].replace("-", "")]


def test_concurrent_requests_with_one_key__write_one_row(replicas, url, registered):
    before = sum(logged(url).values())

    with ThreadPoolExecutor(32) as threads:
        futures = [threads.submit(ask, replicas[at % 2], registered.records[0], "a-thousand") for at in range(AT_ONCE)]
    answers = [one.result() for one in futures]
    other = [ask(server, registered.records[1], "a-thousand") for server in replicas]

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert sum(logged(url).values()) == before + 1
    assert rows_of(url, answers[0]) == 1
    assert [answer.status for answer in other] == [409, 409]
    assert other[0].headers["content-type"] == "application/problem+json"


def test_idempotency_key__is_known_after_a_restart_and_to_every_replica(replicas, url, registered):
    answer = ask(replicas[1], registered.records[2], "restarted")

    assert replicas[1].stop() == 0
    replicas[1].restart()
    again = [ask(server, registered.records[2], "restarted") for server in replicas]

    assert [one.body for one in again] == [answer.body, answer.body]
    assert [ask(server, registered.records[3], "restarted").status for server in replicas] == [409, 409]
    assert rows_of(url, answer) == 1


def test_database_outage__a_key_is_unique_in_its_replica_and_leaves_one_row(replicas, postgres, url, registered):
    known = ask(replicas[0], registered.records[4], "known-before")
    before = sum(logged(url).values())

    with stopped(postgres):
        answers_by_replica = {
            server: [ask(server, registered.records[5], "away") for _ in range(6)] for server in replicas
        }
        others = [ask(server, registered.records[6], "away") for server in replicas]
        repeated = [ask(replicas[0], registered.records[4], "known-before") for _ in range(6)]  # by both workers
    for server in replicas:
        drained(server)
    after = [ask(server, registered.records[5], "away") for server in replicas]

    for answers in answers_by_replica.values():
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
    assert [answer.status for answer in others] == [409, 409]
    assert {answer.body for answer in repeated} == {known.body}
    assert sum(logged(url).values()) == before + 1
    assert after[0].body == after[1].body
    assert after[0].body in {answers[0].body for answers in answers_by_replica.values()}
    assert rows_of(url, after[0]) == 1


def test_workers_and_replicas__log_every_row_once_and_sum_their_metrics(replicas, url, registered):
    before = count_answered(replicas[0]), count_answered(replicas[1])
    rows = counted(url)

    with LoadClients([server.port for server in replicas], registered.records, requests=800) as clients:
        pass

    times = logged(url)
    assert clients.window.statuses == {200: 800}
    assert {times[answered] for answered in clients.window.ids} == {1}
    assert counted(url) == rows + 800 == sum(times.values())
    answered_by_replica = [count_answered(server) - was for server, was in zip(replicas, before, strict=True)]
    assert sum(answered_by_replica) == 800
    assert min(answered_by_replica) > 0


def test_killed_worker__is_replaced_and_its_responses_are_logged_once(replicas, url, registered):
    server = replicas[0]

    with LoadClients([server.port], registered.records) as clients:
        wait_until(lambda: len(clients.window.answers) > 100, 60)
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: len(workers := server.workers()) == 2 and killed not in workers, 60)
        answered = len(clients.window.answers)
        wait_until(lambda: len(clients.window.answers) > answered + 100, 60)
    drained(server)

    times = logged(url)
    assert clients.window.statuses.keys() == {200}
    assert {times[answered] for answered in clients.window.ids} == {1}
    assert set(times.values()) == {1}


def test_erasure__leaves_nothing_of_the_shipment_in_log_outboxes_and_keys_of_two_replicas(
    replicas, postgres, url, registered
):
    near = replicas[1]  # the command runs on this machine alone
    forget = Delay(near.data, {**near.variables, "DELAY_OPERATOR_DB": postgres.url("serving", "operator")})
    record = {**registered.records[7], "Temperature": 11.11}
    before = ask(near, record, "before-outage")
    shipment = before.json()["shipment_id"]
    with stopped(postgres):
        pending = [ask(server, record, f"erased-{at}") for at, server in enumerate(replicas)]
        other = [
            ask(server, {**registered.records[8], "Temperature": 11.12}, f"kept-{at}")
            for at, server in enumerate(replicas)
        ]
        with pytest.raises(AssertionError, match="exit code 6"):
            forget("erase", shipment)
        near_lost = near.get(f"/predictions/{pending[1].json()['prediction_id']}")
    forget("erase", shipment)
    for server in replicas:
        drained(server)

    ids = {answer.json()["prediction_id"].replace("-", "") for answer in (before, *pending)}
    assert {answer.json()["shipment_id"] for answer in pending} == {shipment}
    assert near_lost.status in (404, 503)  # the command has deleted it there, and the database is unavailable
    assert not ids & set(logged(url))
    assert [
        server.get(f"/predictions/{pending[at].json()['prediction_id']}").status for at, server in enumerate(replicas)
    ] == [404, 404]
    assert [rows_of(url, answer) for answer in other] == [1, 1]
    for server in replicas:
        wait_until(lambda server=server: shipment not in held_by_outbox(server), 15)
    again = [ask(server, record, f"erased-{at}") for at, server in enumerate(replicas)]
    assert not {answer.json()["prediction_id"] for answer in again} & {
        answer.json()["prediction_id"] for answer in pending
    }
    assert [rows_of(url, answer) for answer in again] == [1, 1]


def held_by_outbox(server):
    """All rows and answers in the outbox of the server."""
    with closing(sqlite3.connect(f"file:{server.data}/serving-journal.db?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT payload FROM entries UNION ALL SELECT payload FROM recent_answers").fetchall()
    return "".join(payload for (payload,) in rows)


def count_answered(server):
    """The number of predictions by the metrics of all workers together."""
    lines = server.get("/metrics").body.decode().splitlines()
    counts = [line for line in lines if line.startswith("delay_requests_total{") and 'path="/predict"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in counts if 'status="200"' in line)

"""Requests beyond a limit are refused with a reason; accepted requests are answered, even while the server stops."""

import json
import select
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest

from benchmarks.load_clients import LoadClients
from infra.local.waiting import wait_until
from support.api_server import NOWHERE, ApiServer
from support.cli import Delay
from support.serving_log import drained, embedded, logged

QUEUE, BATCH, BODY = 20, 10, 16_384
DEADLINE = 3
SCOPES = ("--scope", "predict", "--scope", "admin")


@pytest.fixture(scope="module")
def data(registered, tmp_path_factory):
    return registered.copy(tmp_path_factory.mktemp("limits")).data


@pytest.fixture(scope="module")
def keys(data):
    """A file of keys, one that may ask as often as it likes, and one that may ask once a second."""
    file = data / "keys.json"
    add = ("keys", "add", "--file", file)
    quick, slow = (
        Delay(data)(*add, name, *SCOPES, *more).stdout.strip()
        for name, more in (("quick", ()), ("slow", ("--rate", "1")))
    )
    return file, quick, slow


@pytest.fixture(scope="module")
def server(data, keys):
    variables = {
        "MLFLOW_TRACKING_URI": NOWHERE,
        "DELAY_API__KEYS": str(keys[0]),
        "DELAY_API__QUEUE_LIMIT": str(QUEUE),
        "DELAY_API__BATCH_LIMIT": str(BATCH),
        "DELAY_API__BODY_LIMIT": str(BODY),
        "DELAY_API__DEADLINE": str(DEADLINE),
    }
    with ApiServer.start(data, **variables) as running:
        yield running


@pytest.fixture
def ask(server, keys):
    return lambda content, key=keys[1]: server.post("/predict", {"data": content}, X_API_Key=key)


@contextmanager
def nothing_can_be_logged(data):
    """Within, database and outbox are locked: requests wait."""
    with ExitStack() as stack:
        for name in ("serving-journal.db", "serving.db"):
            connection = stack.enter_context(closing(sqlite3.connect(data / name, timeout=60, isolation_level=None)))
            connection.execute("BEGIN IMMEDIATE")
        yield


def waiting(server, key):
    lines = server.get("/metrics", X_API_Key=key).body.decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith("delay_shipments_waiting"))


def test_full_queue_and_long_wait__are_answered_503_with_retry_after(server, ask, data, registered):
    with ThreadPoolExecutor(QUEUE + 10) as threads, nothing_can_be_logged(data):
        futures = [threads.submit(ask, record) for record in registered.records[: QUEUE + 10]]
        answers = [one.result() for one in futures]
    after = ask(registered.records[0])
    drained(server)

    assert {answer.status for answer in answers} == {503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert {answer.json()["detail"] for answer in answers} == {
        "too many requests are waiting already",
        "the request took too long; retry",
    }
    assert after.status == 200
    times = logged(embedded(data))
    assert times[after.json()["prediction_id"].replace("-", "")] == 1
    assert set(times.values()) == {1}


def test_too_many_shipments_and_too_many_requests__are_refused_and_not_logged(server, ask, keys, data, registered):
    drained(server)
    before = logged(embedded(data))

    batch = ask(registered.records[: BATCH + 1])
    body = ask({**registered.records[0], "Asset_ID": "x" * BODY})
    often = [ask(registered.records[0], keys[2]) for _ in range(5)]
    most = ask(registered.records[:BATCH])

    assert (batch.status, body.status, most.status) == (413, 413, 200)
    assert str(BATCH) in batch.json()["detail"]
    assert str(BODY) in body.json()["detail"]
    refused = [answer for answer in often if answer.status == 429]
    taken = [answer for answer in often if answer.status == 200]
    assert len(refused) >= 1
    assert len(taken) + len(refused) == 5
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert sum(logged(embedded(data)).values()) == sum(before.values()) + BATCH + len(taken)


def test_requests_that_do_not_arrive_within_the_deadline__end_with_their_connection(server, keys, registered):
    whole = request(registered.records[0], keys[1])
    half = len(whole) - 20
    without_key = whole.replace(b"X-API-Key", b"X-Nothing")
    begun = {
        "half a header": whole[:40],
        "half a body": whole[:half],
        "half a body, without a key": without_key[:half],
        "half a header after a request": whole + whole[:40],
    }
    connections = {name: socket.create_connection(("127.0.0.1", server.port), 60) for name in (*begun, "slow header")}

    started = time.monotonic()
    for name, first in begun.items():
        connections[name].sendall(first)
    trickle(connections["slow header"], whole[:40])
    received = {}
    for name, connection in connections.items():
        with connection:
            received[name] = everything(connection)
    seconds = time.monotonic() - started

    statuses = {name: [line.split()[1] for line in answers.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
                for name, answers in received.items()}  # fmt: skip
    assert statuses == {
        "half a header": [],
        "half a body": [b"408"],
        "half a body, without a key": [b"401"],
        "half a header after a request": [b"200"],
        "slow header": [],
    }
    assert DEADLINE * 0.9 < seconds < DEADLINE * 3


def test_shutdown__answers_accepted_requests_and_closes_connections(server, keys, data, registered):
    connections = [socket.create_connection(("127.0.0.1", server.port), 60) for _ in range(QUEUE)]
    idle = socket.create_connection(("127.0.0.1", server.port), 60)
    answers = []

    with nothing_can_be_logged(data):
        for connection, record in zip(connections, registered.records[:QUEUE], strict=True):
            connection.sendall(request(record, keys[1]))
        wait_until(lambda: waiting(server, keys[1]) == QUEUE, 2)
        server.signal(signal.SIGTERM)
        closed = idle.recv(1)  # which it does at once; the others have its attention until they are answered
    for connection in (*connections, idle):
        with connection:
            answers.append(everything(connection))
    code = server.wait()
    server.restart()
    drained(server)

    assert code == 0
    assert closed == b""
    answered = [answer for answer in answers if answer]
    assert len(answered) == QUEUE
    assert {answer.split(b"\r\n", 1)[0] for answer in answered} == {b"HTTP/1.1 200 OK"}
    assert all(b"\r\nconnection: close\r\n" in answer for answer in answered)
    times = logged(embedded(data))
    ids = [json.loads(answer.partition(b"\r\n\r\n")[2])["prediction_id"].replace("-", "") for answer in answered]
    assert {times[one] for one in ids} == {1}
    assert set(times.values()) == {1}


def test_drain__answers_although_it_is_not_ready_then_ends(server, keys, registered):
    server.stop()
    server.restart(DELAY_API__DRAIN_SECONDS="60")
    idle = socket.create_connection(("127.0.0.1", server.port), 60)

    server.signal(signal.SIGTERM)
    not_ready = server.wait_for("/health/ready", 503)
    health = server.get("/health").json()
    with idle:
        idle.sendall(request(registered.records[0], keys[1]))
        answer = everything(idle)
    server.signal(signal.SIGTERM)  # ends the minute
    code = server.wait()
    server.restart(DELAY_API__DRAIN_SECONDS="0")

    stopping = {"state": "down", "detail": "it stops, and answers until then"}
    assert not_ready.json()["dependencies"]["server"] == health["dependencies"]["server"] == stopping
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.lower().count(b"\r\nconnection: close\r\n") == 1
    assert code == 0


def test_shutdown_under_load__exits_cleanly_and_loses_no_answered_request(server, keys, data, registered):

    with LoadClients([server.port], registered.records, headers={"X-API-Key": keys[1]}) as clients:
        wait_until(lambda: len(clients.window.answers) > 200, 60)
        code = server.stop()
        server.restart()
        before = len(clients.window.answers)
        wait_until(lambda: len(clients.window.answers) > before, 60)
    drained(server)

    assert code == 0
    assert clients.window.statuses.keys() == {200}
    times = logged(embedded(data))
    assert {times[answered] for answered in clients.window.ids} == {1}
    assert set(times.values()) == {1}


def request(record, key):
    body = json.dumps({"data": record}).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: here\r\nX-API-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def trickle(connection, content):
    """Send a byte every tenth of the deadline, until the other side has closed."""
    for byte in content:
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            return
        if select.select([connection], [], [], DEADLINE / 10)[0]:
            return


def everything(connection):
    """What comes until the other side closes; a reset raises."""
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received

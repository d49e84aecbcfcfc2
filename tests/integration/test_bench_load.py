"""The load generator of the serving benchmark, against servers that fail, respond in pieces, or not at all."""

import math
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from itertools import count, pairwise, takewhile

import numpy as np
import pytest

from benchmarks.load_clients import LoadClients
from benchmarks.serving import load
from benchmarks.serving.load import CLOSED, LoadResult, percentile, run_load
from benchmarks.serving.requests import batch_requests, shipment_records
from benchmarks.serving.rounds import ServerResult
from delay_core import load_schema
from delay_core.schema import request_json_schema
from infra.local.waiting import wait_until

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"


def response(status=200, body=b'{"a":1}'):
    return b"HTTP/1.1 %d x\r\nContent-Type: x\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@contextmanager
def serve(reply, bodies=None):
    """The port of a server that sends the pieces `reply(number)` to each request, or closes the connection for None."""
    numbers = count()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(ConnectionError):  # the load generator leaves its last requests unanswered
                while head := b"".join(takewhile(lambda line: line != b"\r\n", self.rfile)):
                    body = self.rfile.read(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
                    if bodies is not None:
                        bodies.append(body)
                    if (pieces := reply(next(numbers))) is None:
                        return
                    for piece in pieces:
                        self.connection.sendall(piece)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


PREDICTED = response(body=b'{"prediction_id": "33333333-3333-3333-3333-333333333333"}')


def slowly(pieces, seconds):
    for piece in pieces:
        time.sleep(seconds)
        yield piece


def test_load__measures_responses_with_200_and_counts_other_statuses():
    with serve(lambda number: [response((200, 200, 503, 422)[number % 4])]) as port:
        result = run_load(port, [REQUEST], 1, seconds=60, warm_up=0, max_responses=100)
    assert len(result.latencies) == 100
    assert set(result.failed) == {422, 503}
    assert abs(result.failed[503] - 50) <= 1


def test_load__counts_failures_during_the_warm_up():
    with serve(lambda number: [response(200 if number else 500)]) as port:
        result = run_load(port, [REQUEST], 2, seconds=0.1, warm_up=0.1)
    assert result.failed == {500: 1}
    assert result.answered > len(result.latencies) > 0


def test_load__does_not_measure_the_warm_up():
    with serve(lambda number: slowly([response()], 0 if number else 0.5)) as port:
        result = run_load(port, [REQUEST], 1, seconds=0.1, warm_up=0.1)
    assert result.answered == len(result.latencies) + 1


def test_load__counts_a_closed_connection_as_a_failure_and_continues():
    with serve(lambda number: None if number % 5 == 4 else [response()]) as port:
        result = run_load(port, [REQUEST], 3, seconds=60, warm_up=0, max_responses=200)
    assert len(result.latencies) >= 200
    assert set(result.failed) == {CLOSED}


def test_load__reads_responses_in_pieces():
    whole = response(body=b"x" * 50)
    pieces = (whole[:20], whole[20:70], whole[70:-3], whole[-3:])
    with serve(lambda _: slowly(pieces, 0.001)) as port:
        result = run_load(port, [REQUEST], 4, seconds=60, warm_up=0, max_responses=20)
    assert not result.failed
    assert result.latency_ms(0) >= 4


def test_load__sends_complete_requests_in_turn():
    sent = [bytes([97 + number]) * size for number, size in enumerate((3, 5_000_000, 40))]
    requests = [b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body) for body in sent]
    received = []
    with serve(lambda _: [response()], received) as port:
        assert not run_load(port, requests, 1, seconds=60, warm_up=0, max_responses=6).failed
    assert received[:6] == sent * 2


def test_load__ends_if_the_server_does_not_respond(monkeypatch):
    monkeypatch.setattr(load, "STALLED_SECONDS", 0.1)
    with serve(lambda _: []) as port, pytest.raises(TimeoutError, match=f"port {port}"):
        run_load(port, [REQUEST], 1, seconds=1)


def test_load__refuses_a_response_without_a_length():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with serve(lambda _: [chunked]) as port, pytest.raises(ValueError, match="without Content-Length"):
        run_load(port, [REQUEST], 1, seconds=1)


def test_load_clients__retry_a_request_whose_connection_breaks():
    with (
        serve(lambda number: None if number % 5 == 4 else [PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=3, requests=40) as clients,
    ):
        pass
    assert clients.window.statuses == {200: 40}
    assert len(clients.window.latencies) == len(clients.window.ids) == 40
    assert clients.window.ids[0] == "3" * 32
    assert clients.window.broken.total() == sum(clients.window.failures.values()) == 9


def test_load_clients__count_each_response_in_the_window_of_its_request():
    refusing = threading.Event()
    with (
        serve(lambda _: [response(503) if refusing.is_set() else PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=2) as clients,
    ):
        first = clients.window
        wait_until(lambda: len(first.answers) > 20, 30)
        refusing.set()
        second = clients.next_window()
        wait_until(lambda: second.statuses[503] > 20, 30)
    assert first.statuses[503] <= 2  # in flight when the window was exchanged
    assert second.failures == {"503": second.statuses[503]}


def test_load_clients__keep_their_pace():
    """Each client waits 0.1 s between two requests."""
    times = []
    with (
        serve(lambda _: times.append(time.monotonic()) or [PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=1, pause=0.1, requests=5),
    ):
        pass
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.05


def test_load_clients__raise_what_a_client_raised():
    with serve(lambda _: [response(body=b"no JSON")]) as port, pytest.raises(ValueError, match="Expecting value"):  # noqa: SIM117
        with LoadClients([port], [{"a": 1}], number=1, requests=1):
            pass


def test_percentile__is_one_of_the_measured_values():
    latencies = np.arange(100, 0, -1) * 1_000_000
    assert [percentile(latencies, percent) for percent in (1, 50, 99, 99.1, 100)] == [1, 50, 99, 100, 100]
    assert math.isnan(percentile(np.array([], dtype=np.int64), 99))


def test_server_result__has_the_median_rate_and_percentiles_of_all_responses():
    rounds = [_load_result(ms, failed) for ms, failed in (([1] * 10, {}), ([9] * 40, {503: 2}), ([2] * 20, {0: 1}))]
    server = ServerResult(rounds)
    assert server.rate == 20 / 2
    assert (server.latency_ms(10), server.latency_ms(60)) == (1, 9)
    assert (server.answered, server.failed) == (70, 3)


def _load_result(ms, failed):
    return LoadResult(np.array(ms) * 1_000_000, 2.0, len(ms), failed, 0.1)


def test_shipment_records__hold_what_the_schema_allows_in_a_request():
    records, schema = shipment_records(500), request_json_schema(load_schema("smart_logistics"))
    assert len({tuple(record.items()) for record in records}) == len(records) == 500
    for record in records:
        assert set(schema["required"]) <= set(record) <= set(schema["properties"])
        assert not {"Logistics_Delay", "Shipment_Status", "Logistics_Delay_Reason"} & set(record)
    assert {type(record["Waiting_Time"]) for record in records} == {int}
    assert {type(record["Latitude"]) for record in records} <= {int, float}


def test_batch_requests__hold_every_record_once():
    records = shipment_records(20)
    bodies = [request.partition(b"\r\n\r\n") for request in batch_requests(records, 5, "dk_x")]
    assert len(bodies) == 4
    for head, _, body in bodies:
        assert f"Content-Length: {len(body)}".encode() in head.splitlines()
        assert b"Authorization: Bearer dk_x" in head.splitlines()
        assert body.count(b"Timestamp") == 5

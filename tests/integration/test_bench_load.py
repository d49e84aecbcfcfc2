"""The load generator of the serving benchmark, with servers that answer wrongly, in pieces, or not at all."""

import math
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from itertools import count, pairwise, takewhile

import numpy as np
import pytest

from benchmarks.load_clients import LoadClients
from benchmarks.serving import load, payloads
from benchmarks.serving.load import CLOSED, LoadResult, percentile_ms, run_load
from benchmarks.serving.rounds import RoundResults
from delay_core import load_schema
from delay_core.schema import request_json_schema
from infra.local.waiting import wait_until

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"


def answer(status=200, body=b'{"a":1}'):
    return b"HTTP/1.1 %d x\r\nContent-Type: x\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@contextmanager
def served(reply, seen=None):
    """A server that sends what `reply(number)` gives for each request, piece by piece, or closes for None; its port."""
    numbers = count()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(ConnectionError):  # the load leaves with its last requests unanswered
                while head := b"".join(takewhile(lambda line: line != b"\r\n", self.rfile)):
                    body = self.rfile.read(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
                    if seen is not None:
                        seen.append(body)
                    if (pieces := reply(next(numbers))) is None:
                        return
                    for piece in pieces:
                        self.connection.sendall(piece)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


PREDICTED = answer(body=b'{"prediction_id": "33333333-3333-3333-3333-333333333333"}')


def slowly(pieces, seconds):
    for piece in pieces:
        time.sleep(seconds)
        yield piece


def test_only_status_200__counts_and_others_are_reported():
    with served(lambda number: [answer((200, 200, 503, 422)[number % 4])]) as port:
        result = run_load(port, [REQUEST], 1, seconds=60, warm_up=0, max_answers=100)
    assert len(result.latencies) == 100
    assert set(result.failed) == {422, 503}
    assert abs(result.failed[503] - 50) <= 1


def test_failures_during_warm_up__are_reported():
    with served(lambda number: [answer(200 if number else 500)]) as port:
        result = run_load(port, [REQUEST], 2, seconds=0.1, warm_up=0.1)
    assert result.failed == {500: 1}
    assert result.answered > len(result.latencies) > 0


def test_slow_start__is_excluded_by_the_warm_up():
    with served(lambda number: slowly([answer()], 0 if number else 0.5)) as port:
        result = run_load(port, [REQUEST], 1, seconds=0.1, warm_up=0.1)
    assert result.answered == len(result.latencies) + 1


def test_closed_connection__is_a_failure_and_the_load_continues():
    with served(lambda number: None if number % 5 == 4 else [answer()]) as port:
        result = run_load(port, [REQUEST], 3, seconds=60, warm_up=0, max_answers=200)
    assert len(result.latencies) >= 200
    assert set(result.failed) == {CLOSED}


def test_response__may_arrive_in_pieces():
    whole = answer(body=b"x" * 50)
    pieces = (whole[:20], whole[20:70], whole[70:-3], whole[-3:])
    with served(lambda _: slowly(pieces, 0.001)) as port:
        result = run_load(port, [REQUEST], 4, seconds=60, warm_up=0, max_answers=20)
    assert not result.failed
    assert result.latency_ms(0) >= 4


def test_requests__are_sent_whole_and_in_order():
    sent = [bytes([97 + number]) * size for number, size in enumerate((3, 5_000_000, 40))]
    requests = [b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body) for body in sent]
    seen = []
    with served(lambda _: [answer()], seen) as port:
        assert not run_load(port, requests, 1, seconds=60, warm_up=0, max_answers=6).failed
    assert seen[:6] == sent * 2


def test_silent_server__times_out(monkeypatch):
    monkeypatch.setattr(load, "STALLED_SECONDS", 0.1)
    with served(lambda _: []) as port, pytest.raises(TimeoutError, match=f"port {port}"):
        run_load(port, [REQUEST], 1, seconds=1)


def test_response_without_a_length__is_refused():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with served(lambda _: [chunked]) as port, pytest.raises(ValueError, match="without Content-Length"):
        run_load(port, [REQUEST], 1, seconds=1)


def test_load_clients__retry_a_request_whose_connection_breaks():
    with (
        served(lambda number: None if number % 5 == 4 else [PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=3, requests=40) as clients,
    ):
        pass
    assert clients.window.statuses == {200: 40}
    assert len(clients.window.latencies) == len(clients.window.ids) == 40
    assert clients.window.ids[0] == "3" * 32
    assert clients.window.broken.total() == sum(clients.window.failures.values()) == 9


def test_load_clients__count_each_answer_in_the_window_in_which_it_was_asked_for():
    refusing = threading.Event()
    with (
        served(lambda _: [answer(503) if refusing.is_set() else PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=2) as clients,
    ):
        first = clients.window
        wait_until(lambda: len(first.answers) > 20, 30)
        refusing.set()
        second = clients.next_window()
        wait_until(lambda: second.statuses[503] > 20, 30)
    assert first.statuses[503] <= 2  # on their way when the window was exchanged
    assert second.failures == {"503": second.statuses[503]}


def test_load_clients__keep_their_pace():
    """Each waits 0.1 s between two requests: the server sees at most one of each in so long."""
    began = []
    with (
        served(lambda _: began.append(time.monotonic()) or [PREDICTED]) as port,
        LoadClients([port], [{"a": 1}], number=1, pause=0.1, requests=5),
    ):
        pass
    assert min(later - earlier for earlier, later in pairwise(began)) > 0.05


def test_load_clients__raise_what_a_client_raised():
    with served(lambda _: [answer(body=b"no JSON")]) as port, pytest.raises(ValueError, match="Expecting value"):  # noqa: SIM117
        with LoadClients([port], [{"a": 1}], number=1, requests=1):
            pass


def test_percentile__is_a_measured_value():
    latencies = np.arange(100, 0, -1) * 1_000_000
    assert [percentile_ms(latencies, percent) for percent in (1, 50, 99, 99.1, 100)] == [1, 50, 99, 100, 100]
    assert math.isnan(percentile_ms(np.array([], dtype=np.int64), 99))


def test_rounds__give_the_median_rate_and_percentiles_of_all_responses():
    rounds = [_load_result(ms, failed) for ms, failed in (([1] * 10, {}), ([9] * 40, {503: 2}), ([2] * 20, {0: 1}))]
    results = RoundResults(rounds)
    assert results.rate == 20 / 2
    assert (results.latency_ms(10), results.latency_ms(60)) == (1, 9)
    assert (results.answered, results.failed) == (70, 3)


def _load_result(ms, failed):
    return LoadResult(np.array(ms) * 1_000_000, 2.0, len(ms), failed, 0.1)


def test_payloads__are_valid_for_the_schema():
    records, schema = payloads.simulate_records(500), request_json_schema(load_schema("smart_logistics"))
    assert len({tuple(record.items()) for record in records}) == len(records) == 500
    for record in records:
        assert set(schema["required"]) <= set(record) <= set(schema["properties"])
        assert not {"Logistics_Delay", "Shipment_Status", "Logistics_Delay_Reason"} & set(record)
    assert {type(record["Waiting_Time"]) for record in records} == {int}
    assert {type(record["Latitude"]) for record in records} <= {int, float}


def test_batches__contain_each_record_once():
    records = payloads.simulate_records(20)
    bodies = [request.partition(b"\r\n\r\n") for request in payloads.batch_requests(records, 5, "dk_x")]
    assert len(bodies) == 4
    for head, _, body in bodies:
        assert f"Content-Length: {len(body)}".encode() in head.splitlines()
        assert b"Authorization: Bearer dk_x" in head.splitlines()
        assert body.count(b"Timestamp") == 5

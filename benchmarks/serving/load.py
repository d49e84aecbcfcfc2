"""Load from one thread on several connections; each sends its next request after the answer to the last one."""

import gc
import math
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

STALLED_SECONDS = 30
CLOSED = 0
"""The status if the server closed the connection instead of answering."""

_OK = 200
_CHUNK = 1 << 18


@dataclass(frozen=True)
class LoadResult:
    """`latencies`: nanoseconds from sending to the last byte, of each answer after the warm-up."""

    latencies: NDArray[np.int64]
    seconds: float
    answered: int
    """Answers with 200, including the warm-up."""
    failed: Mapping[int, int]
    """The number of answers with each other status, including the warm-up."""
    busy: float
    """The share of one core that the load generator used."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def latency_ms(self, percent: float) -> float:
        """A percentile of the latencies, in milliseconds."""
        return percentile_ms(self.latencies, percent)


def percentile_ms(latencies: NDArray[np.int64], percent: float) -> float:
    """A percentile of latencies in nanoseconds, in milliseconds: always one of the values; NaN if there are none."""
    if not len(latencies):
        return math.nan
    return float(np.percentile(latencies, percent, method="inverted_cdf")) / 1e6


def run_load(
    port: int,
    requests: Sequence[bytes],
    connections: int,
    *,
    seconds: float,
    warm_up: float = 1.0,
    max_answers: int | None = None,
) -> LoadResult:
    """Send the requests in turn and repeatedly, until `seconds` after the warm-up, or `max_answers` answers.

    Raises TimeoutError if nothing is answered for `STALLED_SECONDS`, OSError if the server cannot be reached.
    """
    next_request = cycle(requests).__next__
    with _connect(port, connections) as (selector, clients), _without_garbage_collection():
        recorder = _Recorder(round(warm_up * 1e9), round(seconds * 1e9), max_answers)
        for client in clients:
            client.send(next_request())
        while not recorder.is_finished():
            events = selector.select(STALLED_SECONDS)
            if not events:
                raise TimeoutError(f"no answer from port {port} for {STALLED_SECONDS} s")
            for key, _ in events:
                client = key.data
                status = client.receive()
                if status is None:
                    continue
                recorder.record(status, client.sent_at)
                if status == CLOSED:
                    selector.unregister(client.socket)
                    client.socket.close()
                    client.connect()
                    selector.register(client.socket, selectors.EVENT_READ, client)
                client.send(next_request())
    return recorder.result()


class _Recorder:
    """Counts answers, and records latencies after the warm-up."""

    def __init__(self, warm_up: int, length: int, max_answers: int | None) -> None:
        self._latencies: list[int] = []
        self._failed: Counter[int] = Counter()
        self._answered = 0
        self._measure_from = time.perf_counter_ns() + warm_up
        self._length = length
        self._max_answers = math.inf if max_answers is None else max_answers
        self._began, self._now, self._busy = 0, 0, 0.0

    def record(self, status: int, sent_at: int) -> None:
        self._now = time.perf_counter_ns()
        if status != _OK:
            self._failed[status] += 1
            return
        self._answered += 1
        if self._began:
            self._latencies.append(self._now - sent_at)

    def is_finished(self) -> bool:
        """Whether enough was recorded; also ends the warm-up. To be called between two polls of the connections."""
        if self._began:
            return self._now >= self._began + self._length or len(self._latencies) >= self._max_answers
        if (now := time.perf_counter_ns()) >= self._measure_from:
            self._began, self._now, self._busy = now, now, time.process_time()
        return False

    def result(self) -> LoadResult:
        """The result; to be called once, at the end."""
        took = (self._now - self._began) / 1e9
        busy = (time.process_time() - self._busy) / took
        return LoadResult(np.array(self._latencies, dtype=np.int64), took, self._answered, self._failed, busy)


class _Connection:
    """One connection, with at most one pending request."""

    __slots__ = ("_answer", "_length", "_port", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self._port = port
        self.sent_at = 0
        self.connect()

    def connect(self) -> None:
        """Connect, or reconnect after the server closed the connection."""
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=STALLED_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._answer, self._length = b"", 0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter_ns()
        try:
            sent = self.socket.send(request)
            if sent < len(request):  # a large batch: send the rest and wait for the server to read it
                self.socket.settimeout(STALLED_SECONDS)
                self.socket.sendall(request[sent:])
                self.socket.setblocking(False)
        except ConnectionError:
            pass  # receive() returns CLOSED

    def receive(self) -> int | None:
        """The status of the answer; None if it is not complete yet."""
        try:
            chunk = self.socket.recv(_CHUNK)
        except ConnectionError:
            chunk = b""
        if not chunk:
            return CLOSED
        self._answer += chunk
        if not self._length:
            self._length = _answer_length(self._answer)
        if not self._length or len(self._answer) < self._length:
            return None
        status = int(self._answer[9:12])
        self._answer, self._length = b"", 0
        return status


def _answer_length(answer: bytes) -> int:
    """The length of the whole answer in bytes; 0 if its head is not complete yet. Raises ValueError without length."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = answer[: end + 2].lower()
    start = head.find(b"\r\ncontent-length:")
    if start < 0:
        raise ValueError(f"an answer without Content-Length cannot be read: {head[:200]!r}")
    return end + 4 + int(head[start + 17 : head.index(b"\r\n", start + 2)])


@contextmanager
def _connect(port: int, connections: int) -> Iterator[tuple[selectors.BaseSelector, list[_Connection]]]:
    clients: list[_Connection] = []
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(connections):
                clients.append(client := _Connection(port))
                selector.register(client.socket, selectors.EVENT_READ, client)
            yield selector, clients
        finally:
            for client in clients:
                client.socket.close()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Garbage collection is off, because its pauses would count as the server's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

"""Load generator in one thread: each connection sends its next request when it has its response."""

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
"""Counts as the status of a request after which the server closed the connection."""

_OK = 200
_CHUNK = 1 << 18


@dataclass(frozen=True)
class LoadResult:
    """The outcome of one run. `latencies`: nanoseconds from sending to the last byte of each response."""

    latencies: NDArray[np.int64]
    seconds: float
    answered: int
    """Responses with status 200, including those of the warm-up."""
    failed: Mapping[int, int]
    """Number of responses by status other than 200, including those of the warm-up."""
    cpu_share: float
    """The share of one core that the load generator used."""

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.latencies) / self.seconds

    def latency_ms(self, percent: float) -> float:
        """The percentile of the latencies in milliseconds."""
        return percentile(self.latencies, percent)


def percentile(latencies: NDArray[np.int64], percent: float) -> float:
    """The percentile (inverted CDF) of latencies in nanoseconds, in milliseconds; NaN without latencies."""
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
    max_responses: int | None = None,
) -> LoadResult:
    """Send the requests in turn, repeatedly, for `seconds` after the warm-up, or until `max_responses`.

    Raises TimeoutError if no response arrives within STALLED_SECONDS, OSError if the server has ended.
    """
    next_request = cycle(requests).__next__
    with _open_connections(port, connections) as (selector, opened), _without_garbage_collection():
        recorder = _LoadRecorder(round(warm_up * 1e9), round(seconds * 1e9), max_responses)
        for connection in opened:
            connection.send(next_request())
        while not recorder.is_finished():
            events = selector.select(STALLED_SECONDS)
            if not events:
                raise TimeoutError(f"no response from port {port} within {STALLED_SECONDS} s")
            for key, _ in events:
                connection = key.data
                status = connection.receive()
                if status is None:
                    continue
                recorder.record(status, connection.sent_at)
                if status == CLOSED:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                    connection.connect()
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(next_request())
    return recorder.result()


class _LoadRecorder:
    """Counts responses, and measures those after the warm-up."""

    def __init__(self, warm_up: int, duration: int, max_responses: int | None) -> None:
        self._latencies: list[int] = []
        self._failed: Counter[int] = Counter()
        self._answered = 0
        self._warm_up_end = time.perf_counter_ns() + warm_up
        self._duration = duration
        self._max_responses = math.inf if max_responses is None else max_responses
        self._started, self._now, self._cpu_started = 0, 0, 0.0

    def record(self, status: int, sent_at: int) -> None:
        self._now = time.perf_counter_ns()
        if status != _OK:
            self._failed[status] += 1
            return
        self._answered += 1
        if self._started:
            self._latencies.append(self._now - sent_at)

    def is_finished(self) -> bool:
        """Whether the measurement is complete. Starts it after the warm-up."""
        if self._started:
            return self._now >= self._started + self._duration or len(self._latencies) >= self._max_responses
        if (now := time.perf_counter_ns()) >= self._warm_up_end:
            self._started, self._now, self._cpu_started = now, now, time.process_time()
        return False

    def result(self) -> LoadResult:
        """The result; to be called once, at the end."""
        seconds = (self._now - self._started) / 1e9
        cpu_share = (time.process_time() - self._cpu_started) / seconds
        return LoadResult(np.array(self._latencies, dtype=np.int64), seconds, self._answered, self._failed, cpu_share)


class _Connection:
    """One connection, with at most one request in flight."""

    __slots__ = ("_length", "_port", "_received", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self._port = port
        self.sent_at = 0
        self.connect()

    def connect(self) -> None:
        """Connect, or reconnect after the server has closed."""
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=STALLED_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._received, self._length = b"", 0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter_ns()
        try:
            sent = self.socket.send(request)
            if sent < len(request):  # a large batch: wait while the server reads
                self.socket.settimeout(STALLED_SECONDS)
                self.socket.sendall(request[sent:])
                self.socket.setblocking(False)
        except ConnectionError:
            pass  # receive() returns CLOSED

    def receive(self) -> int | None:
        """The status of the response, or None while it is incomplete."""
        try:
            piece = self.socket.recv(_CHUNK)
        except ConnectionError:
            piece = b""
        if not piece:
            return CLOSED
        self._received += piece
        if not self._length:
            self._length = _response_length(self._received)
        if not self._length or len(self._received) < self._length:
            return None
        status = int(self._received[9:12])
        self._received, self._length = b"", 0
        return status


def _response_length(received: bytes) -> int:
    """Bytes of the whole response; 0 while its head is incomplete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = received[: end + 2].lower()
    start = head.find(b"\r\ncontent-length:")
    if start < 0:
        raise ValueError(f"a response without Content-Length cannot be read: {head[:200]!r}")
    return end + 4 + int(head[start + 17 : head.index(b"\r\n", start + 2)])


@contextmanager
def _open_connections(port: int, number: int) -> Iterator[tuple[selectors.BaseSelector, list[_Connection]]]:
    connections: list[_Connection] = []
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(number):
                connections.append(connection := _Connection(port))
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            yield selector, connections
        finally:
            for connection in connections:
                connection.socket.close()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Its pauses would count as the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

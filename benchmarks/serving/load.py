"""Load from one thread: so many connections, each sending its next request when it has its answer."""

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
"""Stands for a status where the server closed the connection instead of answering."""

_OK = 200
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Pressed:
    """What came of it: nanoseconds of each counted answer, from sending to its last byte; and what failed, ever."""

    latencies: NDArray[np.int64]
    seconds: float
    answered: int
    """Answers with 200, those of the warm-up too."""
    failed: Mapping[int, int]
    """How often each status other than 200 came, warm-up included."""
    busy: float
    """The share of one core that the load itself took."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def within(self, percent: float) -> float:
        """So many percent of the answers took at most so many milliseconds."""
        return percentile(self.latencies, percent)


def percentile(latencies: NDArray[np.int64], percent: float) -> float:
    """Milliseconds: the smallest of these nanoseconds that so many percent of them do not exceed; NaN of none."""
    if not len(latencies):
        return math.nan
    return float(np.percentile(latencies, percent, method="inverted_cdf")) / 1e6


def press(
    port: int,
    requests: Sequence[bytes],
    connections: int,
    *,
    seconds: float,
    warm_up: float = 1.0,
    most: int | None = None,
) -> Pressed:
    """Send the requests in turn, again and again, for so many seconds after the warm-up, or for `most` answers.

    Raises TimeoutError when nothing is answered for a while, OSError when the server is gone.
    """
    following = cycle(requests).__next__
    with _calls(port, connections) as (selector, calls), _uncollected():
        tally = _Tally(round(warm_up * 1e9), round(seconds * 1e9), most)
        for call in calls:
            call.send(following())
        while not tally.ended():
            events = selector.select(STALLED_SECONDS)
            if not events:
                raise TimeoutError(f"no answer from port {port} for {STALLED_SECONDS} s")
            for key, _ in events:
                call = key.data
                status = call.receive()
                if status is None:
                    continue
                tally.count(status, call.began)
                if status == CLOSED:
                    selector.unregister(call.socket)
                    call.socket.close()
                    call.connect()
                    selector.register(call.socket, selectors.EVENT_READ, call)
                call.send(following())
    return tally.pressed()


class _Tally:
    """Counts answers; when it has warmed up, measures them."""

    def __init__(self, warm_up: int, length: int, most: int | None) -> None:
        self._latencies: list[int] = []
        self._failed: Counter[int] = Counter()
        self._answered = 0
        self._warm_at = time.perf_counter_ns() + warm_up
        self._length = length
        self._most = math.inf if most is None else most
        self._began, self._now, self._busy = 0, 0, 0.0

    def count(self, status: int, sent: int) -> None:
        self._now = time.perf_counter_ns()
        if status != _OK:
            self._failed[status] += 1
            return
        self._answered += 1
        if self._began:
            self._latencies.append(self._now - sent)

    def ended(self) -> bool:
        """Whether it has measured enough. To be asked between two looks at the connections."""
        if self._began:
            return self._now >= self._began + self._length or len(self._latencies) >= self._most
        if (now := time.perf_counter_ns()) >= self._warm_at:
            self._began, self._now, self._busy = now, now, time.process_time()
        return False

    def pressed(self) -> Pressed:
        """What was counted; to be asked once, in the end."""
        took = (self._now - self._began) / 1e9
        busy = (time.process_time() - self._busy) / took
        return Pressed(np.array(self._latencies, dtype=np.int64), took, self._answered, self._failed, busy)


class _Call:
    """One connection, with at most one request under way."""

    __slots__ = ("_answer", "_length", "_port", "began", "socket")

    def __init__(self, port: int) -> None:
        self._port = port
        self.began = 0
        self.connect()

    def connect(self) -> None:
        """Connect, anew where the server has closed."""
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=STALLED_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._answer, self._length = b"", 0

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter_ns()
        try:
            sent = self.socket.send(request)
            if sent < len(request):  # a large batch; the server reads while this waits
                self.socket.settimeout(STALLED_SECONDS)
                self.socket.sendall(request[sent:])
                self.socket.setblocking(False)
        except ConnectionError:
            pass  # receive() finds it closed

    def receive(self) -> int | None:
        """The status of the answer, or None while it is not here as a whole."""
        try:
            piece = self.socket.recv(_CHUNK)
        except ConnectionError:
            piece = b""
        if not piece:
            return CLOSED
        self._answer += piece
        if not self._length:
            self._length = _length(self._answer)
        if not self._length or len(self._answer) < self._length:
            return None
        status = int(self._answer[9:12])
        self._answer, self._length = b"", 0
        return status


def _length(answer: bytes) -> int:
    """Bytes of the whole answer, 0 while its head is not complete."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = answer[: end + 2].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError(f"an answer without Content-Length cannot be read: {head[:200]!r}")
    return end + 4 + int(head[at + 17 : head.index(b"\r\n", at + 2)])


@contextmanager
def _calls(port: int, connections: int) -> Iterator[tuple[selectors.BaseSelector, list[_Call]]]:
    calls: list[_Call] = []
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(connections):
                calls.append(call := _Call(port))
                selector.register(call.socket, selectors.EVENT_READ, call)
            yield selector, calls
        finally:
            for call in calls:
                call.socket.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection within: its pauses would be counted as the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

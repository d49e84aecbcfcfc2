"""Clients of the API as people write them: threads that parse each answer, and retry when their connection breaks.

For tests and benchmarks that examine every answer. The maximal load of a server is measured by
`benchmarks.serving.load`: one thread without parsing, which is about ten times faster and returns only counts.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import numpy as np

from benchmarks.serving.load import percentile_ms

CONNECT_TIMEOUT_SECONDS = 120
"""A client that gets no connection for this time raises."""
RETRY_SECONDS = 0.02


@dataclass
class Window:
    """The measurements of all clients in one period."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=list)
    """Nanoseconds from sending to the last byte, of each answer with 200."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """The answers with 200."""
    broken: Counter[str] = field(default_factory=Counter)
    """Connections that broke during a request, by error; the request is sent again."""
    unconnected: int = 0
    """Attempts to connect that failed."""

    @property
    def ids(self) -> list[str]:
        """The ids of all answered predictions, 32 hexadecimal digits each."""
        return [answer["prediction_id"].replace("-", "") for answer in self.answers]

    @property
    def failures(self) -> Mapping[str, int]:
        """The number of attempts that were not answered with 200, by reason."""
        refused = {str(status): times for status, times in self.statuses.items() if status != http.client.OK}
        return {**refused, **self.broken, **({"no connection": self.unconnected} if self.unconnected else {})}

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return percentile_ms(np.array(self.latencies, dtype=np.int64), 99)


class _Connection(http.client.HTTPConnection):
    """Asks for its port each time that it is opened."""

    def __init__(self, find_port: Callable[[], int]) -> None:
        super().__init__("127.0.0.1", timeout=CONNECT_TIMEOUT_SECONDS)
        self._find_port = find_port

    def connect(self) -> None:
        """Raises OSError."""
        self.port = self._find_port()
        super().connect()


class LoadClients:
    """In its `with` block, `number` clients repeatedly send requests of one record each.

    A client sends its next request after its answer, and `pause` seconds after the last one. The end of the block waits
    for pending answers; with `requests`, for that number of answers. Exceptions of a client are raised at the end.
    `ports` may change meanwhile: each connection that is opened uses one that is in it then.
    """

    def __init__(
        self,
        ports: Sequence[int],
        records: Sequence[Any],
        *,
        number: int = 8,
        pause: float = 0,
        requests: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.window = Window()
        self._ports, self._records = ports, records
        self._number, self._pause, self._requests = number, pause, requests
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._next = count().__next__
        self._end = threading.Event()

    def next_window(self, seconds: float = 0) -> Window:
        """Begin a new window and return it, after waiting for `seconds`."""
        self.window = window = Window()
        if seconds:
            self._end.wait(seconds)
        return window

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(self._number)
        self._running: list[Future[None]] = [self._threads.submit(self._run, index) for index in range(self._number)]
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._requests is None or kind is not None:
            self._end.set()
        self._threads.shutdown()
        for client in self._running:
            client.result()

    def _run(self, index: int) -> None:
        connection = _Connection(lambda: self._ports[index % len(self._ports)])
        self._end.wait(self._pause * index / self._number)
        try:
            while not self._end.is_set() and ((number := self._next()) < (self._requests or number + 1)):
                took = self._send(connection, json.dumps({"data": self._records[number % len(self._records)]}))
                if self._pause:
                    self._end.wait(self._pause - took / 1e9)
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, body: str) -> int:
        """Send the body until it is answered; nanoseconds of the last attempt."""
        deadline = time.monotonic() + CONNECT_TIMEOUT_SECONDS
        while True:
            window, started_at, sent = self.window, time.perf_counter_ns(), False
            try:
                if connection.sock is None:
                    connection.connect()
                sent = True
                connection.request("POST", "/predict", body, self._headers)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if sent:
                    window.broken[type(error).__name__] += 1
                else:
                    window.unconnected += 1
                if time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_SECONDS)
                continue
            took = time.perf_counter_ns() - started_at
            window.statuses[response.status] += 1
            if response.status == http.client.OK:
                window.latencies.append(took)
                window.answers.append(json.loads(content))
            return took

"""Clients of the API: several at once, each sending its next request when it has its answer."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from support.api_server import Answer, ApiServer, send

PATIENCE = 120
"""Seconds after which a client that gets no connection gives up."""


class Callers:
    """What `number` clients send in turn, and what came back."""

    def __init__(self, *servers: ApiServer, number: int = 8, headers: Mapping[str, str] | None = None) -> None:
        self._ports = [server.port for server in servers]
        self._number = number
        self._headers = headers or {}
        self._next = count().__next__
        self._end = threading.Event()
        self.statuses: Counter[int] = Counter()
        self.answered: list[dict[str, Any]] = []
        self.refused: list[Answer] = []
        self.lost = 0
        """Requests of which nobody knows whether they were answered: their connection broke, and they came again."""

    def ask(self, records: Sequence[Any], requests: int) -> None:
        """So many requests of one record each, all answered in the end."""
        with self.asking(records, requests):
            pass

    @contextmanager
    def asking(self, records: Sequence[Any], requests: int | None = None) -> Iterator[None]:
        """Within, requests are sent: until the block ends, or so many."""
        failed: list[Exception] = []
        threads = [
            threading.Thread(target=self._run, args=(records, requests, at, failed)) for at in range(self._number)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            if requests is None:
                self._end.set()
            for thread in threads:
                thread.join()
            self._end.clear()
        assert not failed, failed[0]

    @property
    def ids(self) -> list[str]:
        """Of every prediction that was answered; 32 hexadecimal digits each, as `logged` tells them."""
        return [answer["prediction_id"].replace("-", "") for answer in self.answered]

    def _run(self, records: Sequence[Any], requests: int | None, at: int, failed: list[Exception]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[at % len(self._ports)], timeout=PATIENCE)
        try:
            while not self._end.is_set():
                number = self._next()
                if requests is not None and number >= requests:
                    return
                answer = self._answer(connection, {"data": records[number % len(records)]})
                self.statuses[answer.status] += 1
                if answer.status == http.client.OK:
                    self.answered.append(answer.json())
                else:
                    self.refused.append(answer)
        except Exception as error:  # noqa: BLE001 - raised again by the test's own thread
            failed.append(error)
        finally:
            connection.close()

    def _answer(self, connection: http.client.HTTPConnection, content: object) -> Answer:
        """Sent again where the connection broke."""
        end = time.monotonic() + PATIENCE
        while True:
            sent = False
            try:
                if connection.sock is None:
                    connection.connect()
                sent = True
                return send(connection, "POST", "/predict", content, self._headers)
            except (OSError, http.client.HTTPException):
                self.lost += sent
                connection.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

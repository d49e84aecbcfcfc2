"""Clients of the pods, as a service distributes them, and what became of their predictions."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from benchmarks.containers.pods import Pod
from benchmarks.load_clients import Window
from infra.local.postgres import PostgresServer
from infra.stand.part import PartFailed

PROBE_SECONDS = 2.0
"""The period of the readiness probe in the manifest; one failure is enough."""
DRAIN_SECONDS = 120


@dataclass
class Endpoints:
    """The ports of the pods that are ready, as the endpoints of a service are: probed periodically."""

    pods: list[Pod]
    ports: list[int] = field(default_factory=list)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Probe until the end of the block."""
        end = threading.Event()
        self._probe()
        prober = threading.Thread(target=self._probe_until, args=(end,))
        prober.start()
        try:
            yield
        finally:
            end.set()
            prober.join()

    def _probe_until(self, end: threading.Event) -> None:
        while not end.wait(PROBE_SECONDS):
            self._probe()

    def _probe(self) -> None:
        if ready := [pod.port for pod in self.pods if pod.is_ready()]:  # clients need one to connect to
            self.ports[:] = ready


def require_every_answer(*windows: Window) -> None:
    """Raises PartFailed if a request was not answered with 200 at its first attempt."""
    failures: Counter[str] = Counter()
    for window in windows:
        failures.update(window.failures)
    if failures:
        raise PartFailed(f"requests that were not answered at their first attempt: {dict(failures)}")


def require_logged(postgres: PostgresServer, windows: Sequence[Window]) -> int:
    """Wait until every answered prediction is in the log once; their number. Raises PartFailed."""
    answered = {UUID(id_) for window in windows for id_ in window.ids}
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        with psycopg.connect(postgres.url("serving", "serving_owner")) as connection:
            logged = Counter(row[0] for row in connection.execute("SELECT id FROM serving_logs"))
        lost = [id_ for id_ in answered if id_ not in logged]
        if not lost:
            break
        if time.monotonic() > deadline:
            raise PartFailed(f"{len(lost)} of {len(answered)} acknowledged predictions are not in the log")
        time.sleep(1)
    if doubled := logged.total() - len(logged):
        raise PartFailed(f"{doubled} predictions are in the log twice")
    return len(answered)

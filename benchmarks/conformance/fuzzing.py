"""Thousands of malformed requests: the server answers each in time, and never with a 5xx."""

import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from urllib.request import urlopen

from benchmarks.conformance.http_framing import GENERATORS, FuzzCase, format_request

TIMEOUT_SECONDS = 15.0
"""A server that sends nothing for this time hangs."""
THREADS, _CASES_IN_MEMORY = 8, 500
_SERVER_ERROR, _OK = 500, 200
_PROBLEM = b"application/problem+json"


@dataclass(frozen=True)
class Answer:
    """One complete answer of the server."""

    status: int
    head: bytes
    body: bytes


@dataclass
class FuzzReport:
    """Cases by kind, answers by status, failures with an example each, and the slowest answer in seconds."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0


def fuzz(port: int, number: int, seed: int, headers: tuple[str, ...] = ()) -> FuzzReport:
    """Send `number` cases, the same ones for the same seed, and a plain request at the end."""
    random, report = Random(seed), FuzzReport()  # noqa: S311 - not a secret
    with urlopen(f"http://127.0.0.1:{port}/predict") as usage:
        example = json.load(usage)["example"]["data"]
    with ThreadPoolExecutor(THREADS) as threads:
        for start in range(0, number, _CASES_IN_MEMORY):
            count = min(_CASES_IN_MEMORY, number - start)
            cases = [random.choice(GENERATORS)(random, example, headers) for _ in range(count)]
            for case, seconds, failure, answers in threads.map(partial(_run, port), cases):
                report.kinds[case.kind] += 1
                report.statuses.update(answer.status for answer in answers)
                report.slowest = max(report.slowest, seconds)
                if failure:
                    report.failures.setdefault(f"{case.kind}: {failure}", repr(b"".join(case.chunks)[:1000]))
    plain = FuzzCase("plain", (format_request("/predict", headers, json.dumps({"data": example}).encode()),))
    *_, answers = _run(port, plain)
    if [answer.status for answer in answers] != [_OK]:
        report.failures["a plain request at the end"] = repr(answers)
    return report


def _run(port: int, case: FuzzCase) -> tuple[FuzzCase, float, str | None, list[Answer]]:
    started_at = time.monotonic()
    try:
        received = _send(port, case)
    except TimeoutError:
        return case, time.monotonic() - started_at, f"no complete answer within {TIMEOUT_SECONDS:.0f} s", []
    try:
        answers = list(parse_answers(received))
    except ValueError as error:
        return case, time.monotonic() - started_at, f"not HTTP: {error}", []
    return case, time.monotonic() - started_at, _find_failure(case, answers), answers


def _send(port: int, case: FuzzCase) -> bytes:
    """All bytes that the server sends until it closes the connection. Raises TimeoutError."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
        with suppress(ConnectionError):  # the server may answer and close before it has read everything
            for index, chunk in enumerate(case.chunks):
                if index and case.pause:
                    time.sleep(case.pause)
                connection.sendall(chunk)
            if case.closes:
                with suppress(OSError):  # ENOTCONN: the server has closed it already
                    connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError, OSError) if case.answers == 0 else suppress(ConnectionError):
            while chunk := connection.recv(1 << 16):
                received += chunk
    return bytes(received)


def _find_failure(case: FuzzCase, answers: list[Answer]) -> str | None:
    for answer in answers:
        if answer.status >= _SERVER_ERROR:
            return f"answered {answer.status}: {answer.body[:300]!r}"
        if _PROBLEM in answer.head and json.loads(answer.body)["status"] != answer.status:
            return "the problem details have another status"
    if len(answers) < case.answers:
        return f"{len(answers)} answers instead of {case.answers}"
    return None


def parse_answers(received: bytes) -> Iterator[Answer]:
    """The complete answers. Raises ValueError for anything else."""
    while received:
        start, _, rest = received.partition(b"\r\n\r\n")
        lines = start.lower().split(b"\r\n")
        if not lines[0].startswith(b"http/1."):
            raise ValueError(repr(received[:80]))
        status = int(lines[0].split()[1])
        lengths = [int(line.split(b":", 1)[1]) for line in lines if line.startswith(b"content-length:")]
        size = lengths[0] if lengths else len(rest) if status >= _OK else 0
        if len(rest) < size:
            raise ValueError(f"an answer of {size} bytes ends after {len(rest)}")
        if status >= _OK:
            yield Answer(status, b"\r\n".join(lines), rest[:size])
        received = rest[size:]

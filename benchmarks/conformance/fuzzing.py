"""Fuzzing: a server has to answer thousands of unusual requests in time, and never with a 5xx status."""

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

from benchmarks.conformance.framing import GENERATORS, RawRequest, head

TIMEOUT_SECONDS = 15.0
"""Without a byte from the server for this time, a request counts as hung."""
CONNECTIONS, _REQUESTS_IN_MEMORY = 8, 500
_SERVER_ERROR, _OK = 500, 200
_PROBLEM = b"application/problem+json"


@dataclass(frozen=True)
class Response:
    """One complete response."""

    status: int
    head: bytes
    body: bytes


@dataclass
class FuzzResult:
    """Number of requests by kind; statuses of responses; failures, each with an example; the slowest in seconds."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0


def fuzz(port: int, number: int, seed: int, headers: tuple[str, ...] = ()) -> FuzzResult:
    """Send this number of requests, then a valid one, which has to succeed. The seed determines all of them."""
    random, result = Random(seed), FuzzResult()  # noqa: S311 - no secret
    with urlopen(f"http://127.0.0.1:{port}/predict") as usage:
        example = json.load(usage)["example"]["data"]
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for start in range(0, number, _REQUESTS_IN_MEMORY):
            requests = [
                random.choice(GENERATORS)(random, example, headers)
                for _ in range(min(_REQUESTS_IN_MEMORY, number - start))
            ]
            for request, seconds, problem, responses in threads.map(partial(_send_and_check, port), requests):
                result.kinds[request.kind] += 1
                result.statuses.update(response.status for response in responses)
                result.slowest = max(result.slowest, seconds)
                if problem:
                    result.failures.setdefault(f"{request.kind}: {problem}", repr(b"".join(request.pieces)[:1000]))
    valid = RawRequest("valid", (head("/predict", headers, json.dumps({"data": example}).encode()),))
    *_, responses = _send_and_check(port, valid)
    if [response.status for response in responses] != [_OK]:
        result.failures["a valid request at the end"] = repr(responses)
    return result


def _send_and_check(port: int, request: RawRequest) -> tuple[RawRequest, float, str | None, list[Response]]:
    started = time.monotonic()
    try:
        received = _send(port, request)
    except TimeoutError:
        return request, time.monotonic() - started, f"no end within {TIMEOUT_SECONDS:.0f} s", []
    try:
        responses = list(parse_responses(received))
    except ValueError as error:
        return request, time.monotonic() - started, f"no HTTP: {error}", []
    return request, time.monotonic() - started, _find_problem(request, responses), responses


def _send(port: int, request: RawRequest) -> bytes:
    """Everything that the server sends until it closes the connection. Raises TimeoutError."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
        with suppress(ConnectionError):  # the server may respond and close before the request is complete
            for position, piece in enumerate(request.pieces):
                if position and request.pause:
                    time.sleep(request.pause)
                connection.sendall(piece)
            if request.hangs_up:
                with suppress(OSError):  # ENOTCONN: the server has closed it already
                    connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError, OSError) if request.min_responses == 0 else suppress(ConnectionError):
            while piece := connection.recv(1 << 16):
                received += piece
    return bytes(received)


def _find_problem(request: RawRequest, responses: list[Response]) -> str | None:
    for response in responses:
        if response.status >= _SERVER_ERROR:
            return f"status {response.status}: {response.body[:300]!r}"
        if _PROBLEM in response.head and json.loads(response.body)["status"] != response.status:
            return "the problem detail has another status"
    if len(responses) < request.min_responses:
        return f"{len(responses)} responses instead of {request.min_responses}"
    return None


def parse_responses(received: bytes) -> Iterator[Response]:
    """The complete responses. Raises ValueError for an incomplete or invalid one."""
    while received:
        start, _, rest = received.partition(b"\r\n\r\n")
        lines = start.lower().split(b"\r\n")
        if not lines[0].startswith(b"http/1."):
            raise ValueError(repr(received[:80]))
        status = int(lines[0].split()[1])
        lengths = [int(line.split(b":", 1)[1]) for line in lines if line.startswith(b"content-length:")]
        size = lengths[0] if lengths else len(rest) if status >= _OK else 0
        if len(rest) < size:
            raise ValueError(f"a response of {size} bytes ends after {len(rest)}")
        if status >= _OK:
            yield Response(status, b"\r\n".join(lines), rest[:size])
        received = rest[size:]

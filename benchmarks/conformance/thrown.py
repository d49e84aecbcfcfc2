"""Thousands of odd requests thrown at a server: whatever it gets, it answers in time, and never with a 5xx."""

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

from benchmarks.conformance.framing import THROWS, Thrown, head

WITHIN = 15.0
"""Seconds until a server that says nothing hangs."""
AT_ONCE, _HELD = 8, 500
_SERVER_ERROR, _OK = 500, 200
_PROBLEM = b"application/problem+json"


@dataclass(frozen=True)
class Answer:
    """One whole answer of the server."""

    status: int
    head: bytes
    body: bytes


@dataclass
class Caught:
    """How many were thrown, by kind; what was answered; what was wrong, each with an example."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0


def throw(port: int, number: int, seed: int, headers: tuple[str, ...] = ()) -> Caught:
    """Throw so many; the same seed throws the same. The server has to answer a plain request in the end."""
    random, caught = Random(seed), Caught()  # noqa: S311 - chance, no secret
    with urlopen(f"http://127.0.0.1:{port}/predict") as usage:
        example = json.load(usage)["example"]["data"]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for start in range(0, number, _HELD):
            made = [random.choice(THROWS)(random, example, headers) for _ in range(min(_HELD, number - start))]
            for thrown, seconds, problem, answers in threads.map(partial(_one, port), made):
                caught.kinds[thrown.kind] += 1
                caught.statuses.update(answer.status for answer in answers)
                caught.slowest = max(caught.slowest, seconds)
                if problem:
                    caught.failures.setdefault(f"{thrown.kind}: {problem}", repr(b"".join(thrown.pieces)[:1000]))
    plain = Thrown("plain", (head("/predict", headers, json.dumps({"data": example}).encode()),))
    *_, answers = _one(port, plain)
    if [answer.status for answer in answers] != [_OK]:
        caught.failures["a plain request, in the end"] = repr(answers)
    return caught


def _one(port: int, thrown: Thrown) -> tuple[Thrown, float, str | None, list[Answer]]:
    began = time.monotonic()
    try:
        received = _sent(port, thrown)
    except TimeoutError:
        return thrown, time.monotonic() - began, f"no end within {WITHIN:.0f} s", []
    try:
        answers = list(answers_in(received))
    except ValueError as error:
        return thrown, time.monotonic() - began, f"no HTTP: {error}", []
    return thrown, time.monotonic() - began, _wrong(thrown, answers), answers


def _sent(port: int, thrown: Thrown) -> bytes:
    """Everything that comes back until the server closes the connection. Raises TimeoutError."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), WITHIN) as connection:
        with suppress(ConnectionError):  # closed while we were sending: it may have answered before
            for at, piece in enumerate(thrown.pieces):
                if at and thrown.pause:
                    time.sleep(thrown.pause)
                connection.sendall(piece)
            if thrown.hangs_up:
                with suppress(OSError):  # ENOTCONN: the server has closed it already
                    connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError, OSError) if thrown.answers == 0 else suppress(ConnectionError):
            while piece := connection.recv(1 << 16):
                received += piece
    return bytes(received)


def _wrong(thrown: Thrown, answers: list[Answer]) -> str | None:
    for answer in answers:
        if answer.status >= _SERVER_ERROR:
            return f"answered {answer.status}: {answer.body[:300]!r}"
        if _PROBLEM in answer.head and json.loads(answer.body)["status"] != answer.status:
            return "the problem tells another status"
    if len(answers) < thrown.answers:
        return f"{len(answers)} answers instead of {thrown.answers}"
    return None


def answers_in(received: bytes) -> Iterator[Answer]:
    """Each whole answer. Raises ValueError for what is none."""
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

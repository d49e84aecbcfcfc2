"""Requests as bytes on the wire: with correct and with incorrect HTTP framing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.conformance.bodies import BODY_GENERATORS, Example, outcome

CLOSE = ("Connection: close",)
_TYPES = ("text/plain", "application/xml", "", "application/json; charset=utf-16", "multipart/form-data", "a" * 3000)
_LENGTHS = ("-1", "abc", "1e3", "0x10", "99999999999999999999999", "+5", "5, 5", "\u0661", "")
_TARGETS = (
    *("*", "//admin/reload", "/%00", "/predictions/%2e%2e", "/predictions/x", "/" + "a" * 20_000, "/predict?a=%ff"),
    *("http://elsewhere/predict", "/predict#x", "/pre dict", "/../etc/passwd", "/admin%2freload", "?", ""),
)
_METHODS = ("OPTIONS", "CONNECT", "TRACE", "PUT", "DELETE", "PATCH", "BREW", "get")


@dataclass(frozen=True)
class RawRequest:
    """The bytes to send, piece by piece, and the minimum number of complete responses."""

    kind: str
    pieces: tuple[bytes, ...]
    min_responses: int = 1
    pause: float = 0.0
    """Seconds between pieces."""
    hangs_up: bool = False
    """Whether the client ends the connection after the pieces, even if it has announced more."""


RequestGenerator = Callable[[Random, Example, tuple[str, ...]], RawRequest]


def body(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """An unusual body with correct framing."""
    generate = random.choice(BODY_GENERATORS)
    path = "/outcomes" if generate is outcome or random.random() < 0.1 else "/predict"
    return RawRequest(generate.__name__, (head(path, headers, generate(random, example)),))


def media_type(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """A body with another media type."""
    content_type = (f"Content-Type: {random.choice(_TYPES)}",)
    return RawRequest("media type", (head("/predict", headers + content_type, _one(example), typed=False),))


def length(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """A Content-Length that is invalid, wrong or repeated."""
    content = _one(example)
    wrong = random.choice((*_LENGTHS, str(len(content) + 50), str(len(content) // 2), "0"))
    more = random.choice(((), (f"Content-Length: {len(content)}",), ("Transfer-Encoding: chunked",)))
    lines = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, f"Content-Length: {wrong}", *more, "", "")
    return RawRequest("length", ("\r\n".join(lines).encode() + content,), min_responses=0, hangs_up=True)


def chunked(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """A chunked body, sometimes with invalid chunks."""
    content = random.choice(BODY_GENERATORS)(random, example)[:100_000]
    start = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, "Transfer-Encoding: chunked", "", "")
    size = max(1, len(content) // random.randrange(1, 20))
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    if random.random() < 0.7:
        return RawRequest("chunks", ("\r\n".join(start).encode(), *pieces, b"0\r\n\r\n"))
    pieces.insert(random.randrange(len(pieces) + 1), random.choice((b"zz\r\n", b"-1\r\n\r\n", b"f" * 30 + b"\r\n")))
    return RawRequest("broken chunks", ("\r\n".join(start).encode(), *pieces), min_responses=0, hangs_up=True)


def half(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """A request that ends early, with its connection."""
    whole = head("/predict", headers, _one(example))
    return RawRequest("half", (whole[: random.randrange(len(whole))],), min_responses=0, hangs_up=True)


def slow(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """A request in many pieces with pauses."""
    whole = head("/predict", headers, _one(example))
    cuts = sorted(random.sample(range(1, len(whole)), 12))
    pieces = tuple(whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True))
    return RawRequest("slow", pieces, pause=0.02)


def pipelined(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """Several requests at once on one connection."""
    many = random.randrange(2, 12)
    first = [head("/predict", headers, _one(example), CLOSE[:0]) for _ in range(many - 1)]
    return RawRequest("pipelined", (b"".join((*first, head("/predict", headers, _one(example)))),), min_responses=many)


def old(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """HTTP/1.0, with and without optional headers."""
    content = _one(example)
    lines = ["POST /predict HTTP/1.0", *headers, *random.choice(((), ("Host: x",)))]
    lines += [f"Content-Length: {len(content)}", *random.choice(((), CLOSE)), "", ""]
    return RawRequest("HTTP/1.0", ("\r\n".join(lines).encode() + content,))


def bomb(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:
    """Many headers, long ones and invalid ones."""
    kinds = (
        tuple(f"X-{number}: {number}" for number in range(random.choice((200, 5000)))),
        (f"X-Long: {'y' * random.choice((10_000, 200_000))}",),
        (f"X-Request-ID: {random.choice(('é', 'a b', '<script>', 'z' * 500, ''))}",),
        (f"Idempotency-Key: {random.choice(('é', 'a b', 'k' * 256, '', 'x' * 255))}",),
        (f"Authorization: {random.choice(('Bearer', 'Basic x', 'é', 'Bearer ' + 'x' * 5000))}",),
        ("No colon",),
        ("Expect: 100-continue",),
        ("X-Tab:\x00\x01",),
    )
    return RawRequest("headers", (head("/predict", headers + random.choice(kinds), _one(example)),), min_responses=0)


def target(random: Random, example: Example, headers: tuple[str, ...]) -> RawRequest:  # noqa: ARG001 - a RequestGenerator
    """Another method, another path, or an invalid target."""
    lines = (f"{random.choice((*_METHODS, 'GET', 'POST'))} {random.choice(_TARGETS)} HTTP/1.1", "Host: x", *headers)
    return RawRequest("target", ("\r\n".join((*lines, *CLOSE, "", "")).encode(),), min_responses=0, hangs_up=True)


GENERATORS: tuple[RequestGenerator, ...] = (
    *(body,) * 12,
    *(media_type, length, chunked, chunked, half, slow, pipelined, old, bomb, target),
)


def head(
    path: str, headers: tuple[str, ...], content: bytes, last: tuple[str, ...] = CLOSE, *, typed: bool = True
) -> bytes:
    """A complete request with correct framing."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers, *last, f"Content-Length: {len(content)}"]
    if typed:
        lines.append("Content-Type: application/json")
    return "\r\n".join((*lines, "", "")).encode() + content


def _one(example: Example) -> bytes:
    return json.dumps({"data": dict(example)}).encode()

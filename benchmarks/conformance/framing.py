"""Requests as bytes on the wire: well framed, and in every way in which they are not."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.conformance.contents import CONTENTS, Example, outcome

CLOSE = ("Connection: close",)
_TYPES = ("text/plain", "application/xml", "", "application/json; charset=utf-16", "multipart/form-data", "a" * 3000)
_LENGTHS = ("-1", "abc", "1e3", "0x10", "99999999999999999999999", "+5", "5, 5", "\u0661", "")
_TARGETS = (
    *("*", "//admin/reload", "/%00", "/predictions/%2e%2e", "/predictions/x", "/" + "a" * 20_000, "/predict?a=%ff"),
    *("http://elsewhere/predict", "/predict#x", "/pre dict", "/../etc/passwd", "/admin%2freload", "?", ""),
)
_METHODS = ("OPTIONS", "CONNECT", "TRACE", "PUT", "DELETE", "PATCH", "BREW", "get")


@dataclass(frozen=True)
class Thrown:
    """What is sent, piece by piece, and how many whole answers have to come back at least."""

    kind: str
    pieces: tuple[bytes, ...]
    answers: int = 1
    pause: float = 0.0
    """Seconds between the pieces."""
    hangs_up: bool = False
    """Whether nothing more comes after the pieces, though more was announced."""


Throw = Callable[[Random, Example, tuple[str, ...]], Thrown]


def body(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """An odd body, well framed."""
    content = random.choice(CONTENTS)
    path = "/outcomes" if content is outcome or random.random() < 0.1 else "/predict"
    return Thrown(content.__name__, (head(path, headers, content(random, example)),))


def media_type(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """A body that says that it is something else."""
    told = (f"Content-Type: {random.choice(_TYPES)}",)
    return Thrown("media type", (head("/predict", headers + told, _one(example), typed=False),))


def length(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """A Content-Length that is none, is wrong, or stands beside another."""
    content = _one(example)
    wrong = random.choice((*_LENGTHS, str(len(content) + 50), str(len(content) // 2), "0"))
    more = random.choice(((), (f"Content-Length: {len(content)}",), ("Transfer-Encoding: chunked",)))
    lines = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, f"Content-Length: {wrong}", *more, "", "")
    return Thrown("length", ("\r\n".join(lines).encode() + content,), answers=0, hangs_up=True)


def chunked(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """A body in chunks, some of which are none."""
    content = random.choice(CONTENTS)(random, example)[:100_000]
    start = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, "Transfer-Encoding: chunked", "", "")
    size = max(1, len(content) // random.randrange(1, 20))
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    if random.random() < 0.7:
        return Thrown("chunks", ("\r\n".join(start).encode(), *pieces, b"0\r\n\r\n"))
    pieces.insert(random.randrange(len(pieces) + 1), random.choice((b"zz\r\n", b"-1\r\n\r\n", b"f" * 30 + b"\r\n")))
    return Thrown("broken chunks", ("\r\n".join(start).encode(), *pieces), answers=0, hangs_up=True)


def half(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """A request that ends somewhere, and so does the connection."""
    whole = head("/predict", headers, _one(example))
    return Thrown("half", (whole[: random.randrange(len(whole))],), answers=0, hangs_up=True)


def slow(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """A request in many pieces, one after the other."""
    whole = head("/predict", headers, _one(example))
    cuts = sorted(random.sample(range(1, len(whole)), 12))
    pieces = tuple(whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True))
    return Thrown("slow", pieces, pause=0.02)


def pipelined(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """Several requests at once on one connection."""
    many = random.randrange(2, 12)
    first = [head("/predict", headers, _one(example), CLOSE[:0]) for _ in range(many - 1)]
    return Thrown("pipelined", (b"".join((*first, head("/predict", headers, _one(example)))),), answers=many)


def old(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """HTTP/1.0, with and without the headers that it asks for."""
    content = _one(example)
    lines = ["POST /predict HTTP/1.0", *headers, *random.choice(((), ("Host: x",)))]
    lines += [f"Content-Length: {len(content)}", *random.choice(((), CLOSE)), "", ""]
    return Thrown("HTTP/1.0", ("\r\n".join(lines).encode() + content,))


def bomb(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:
    """Many headers, long ones, and ones that are none."""
    kinds = (
        tuple(f"X-{at}: {at}" for at in range(random.choice((200, 5000)))),
        (f"X-Long: {'y' * random.choice((10_000, 200_000))}",),
        (f"X-Request-ID: {random.choice(('é', 'a b', '<script>', 'z' * 500, ''))}",),
        (f"Idempotency-Key: {random.choice(('é', 'a b', 'k' * 256, '', 'x' * 255))}",),
        (f"Authorization: {random.choice(('Bearer', 'Basic x', 'é', 'Bearer ' + 'x' * 5000))}",),
        ("No colon",),
        ("Expect: 100-continue",),
        ("X-Tab:\x00\x01",),
    )
    return Thrown("headers", (head("/predict", headers + random.choice(kinds), _one(example)),), answers=0)


def target(random: Random, example: Example, headers: tuple[str, ...]) -> Thrown:  # noqa: ARG001 - one of many
    """Another method, another path, or what is none."""
    lines = (f"{random.choice((*_METHODS, 'GET', 'POST'))} {random.choice(_TARGETS)} HTTP/1.1", "Host: x", *headers)
    return Thrown("target", ("\r\n".join((*lines, *CLOSE, "", "")).encode(),), answers=0, hangs_up=True)


THROWS: tuple[Throw, ...] = (
    *(body,) * 12,
    *(media_type, length, chunked, chunked, half, slow, pipelined, old, bomb, target),
)


def head(
    path: str, headers: tuple[str, ...], content: bytes, last: tuple[str, ...] = CLOSE, *, typed: bool = True
) -> bytes:
    """A whole request, well framed."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers, *last, f"Content-Length: {len(content)}"]
    if typed:
        lines.append("Content-Type: application/json")
    return "\r\n".join((*lines, "", "")).encode() + content


def _one(example: Example) -> bytes:
    return json.dumps({"data": dict(example)}).encode()

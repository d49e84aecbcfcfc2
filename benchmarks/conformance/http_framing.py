"""HTTP requests as bytes: well framed, and malformed in several ways."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.conformance.payloads import PAYLOADS, Example, outcome

CLOSE = ("Connection: close",)
_TYPES = ("text/plain", "application/xml", "", "application/json; charset=utf-16", "multipart/form-data", "a" * 3000)
_LENGTHS = ("-1", "abc", "1e3", "0x10", "99999999999999999999999", "+5", "5, 5", "\u0661", "")
_TARGETS = (
    *("*", "//admin/reload", "/%00", "/predictions/%2e%2e", "/predictions/x", "/" + "a" * 20_000, "/predict?a=%ff"),
    *("http://elsewhere/predict", "/predict#x", "/pre dict", "/../etc/passwd", "/admin%2freload", "?", ""),
)
_METHODS = ("OPTIONS", "CONNECT", "TRACE", "PUT", "DELETE", "PATCH", "BREW", "get")


@dataclass(frozen=True)
class FuzzCase:
    """The chunks to send, and the minimal number of complete answers."""

    kind: str
    chunks: tuple[bytes, ...]
    answers: int = 1
    pause: float = 0.0
    """Seconds between the chunks."""
    closes: bool = False
    """Whether the client stops sending after the chunks, although it announced more."""


CaseGenerator = Callable[[Random, Example, tuple[str, ...]], FuzzCase]


def body(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A malformed body, well framed."""
    payload = random.choice(PAYLOADS)
    path = "/outcomes" if payload is outcome or random.random() < 0.1 else "/predict"
    return FuzzCase(payload.__name__, (format_request(path, headers, payload(random, example)),))


def media_type(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A body with another Content-Type."""
    content_type = (f"Content-Type: {random.choice(_TYPES)}",)
    return FuzzCase("media type", (format_request("/predict", headers + content_type, _body(example), typed=False),))


def length(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A Content-Length that is malformed, wrong or repeated."""
    content = _body(example)
    wrong = random.choice((*_LENGTHS, str(len(content) + 50), str(len(content) // 2), "0"))
    more = random.choice(((), (f"Content-Length: {len(content)}",), ("Transfer-Encoding: chunked",)))
    lines = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, f"Content-Length: {wrong}", *more, "", "")
    return FuzzCase("length", ("\r\n".join(lines).encode() + content,), answers=0, closes=True)


def chunked(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A chunked body, sometimes with malformed chunks."""
    content = random.choice(PAYLOADS)(random, example)[:100_000]
    lines = ("POST /predict HTTP/1.1", "Host: x", *headers, *CLOSE, "Transfer-Encoding: chunked", "", "")
    size = max(1, len(content) // random.randrange(1, 20))
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    if random.random() < 0.7:
        return FuzzCase("chunks", ("\r\n".join(lines).encode(), *chunks, b"0\r\n\r\n"))
    chunks.insert(random.randrange(len(chunks) + 1), random.choice((b"zz\r\n", b"-1\r\n\r\n", b"f" * 30 + b"\r\n")))
    return FuzzCase("broken chunks", ("\r\n".join(lines).encode(), *chunks), answers=0, closes=True)


def truncated(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A truncated request on a connection that closes."""
    request = format_request("/predict", headers, _body(example))
    return FuzzCase("half", (request[: random.randrange(len(request))],), answers=0, closes=True)


def slow(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """A request in many chunks with pauses."""
    request = format_request("/predict", headers, _body(example))
    cuts = sorted(random.sample(range(1, len(request)), 12))
    chunks = tuple(request[a:b] for a, b in zip([0, *cuts], [*cuts, len(request)], strict=True))
    return FuzzCase("slow", chunks, pause=0.02)


def pipelined(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """Several requests at once on one connection."""
    number = random.randrange(2, 12)
    first = [format_request("/predict", headers, _body(example), CLOSE[:0]) for _ in range(number - 1)]
    return FuzzCase(
        "pipelined", (b"".join((*first, format_request("/predict", headers, _body(example)))),), answers=number
    )


def http_1_0(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """HTTP/1.0, with and without the headers of HTTP/1.1."""
    content = _body(example)
    lines = ["POST /predict HTTP/1.0", *headers, *random.choice(((), ("Host: x",)))]
    lines += [f"Content-Length: {len(content)}", *random.choice(((), CLOSE)), "", ""]
    return FuzzCase("HTTP/1.0", ("\r\n".join(lines).encode() + content,))


def unusual_headers(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:
    """Many headers, long headers, and malformed ones."""
    kinds = (
        tuple(f"X-{index}: {index}" for index in range(random.choice((200, 5000)))),
        (f"X-Long: {'y' * random.choice((10_000, 200_000))}",),
        (f"X-Request-ID: {random.choice(('é', 'a b', '<script>', 'z' * 500, ''))}",),
        (f"Idempotency-Key: {random.choice(('é', 'a b', 'k' * 256, '', 'x' * 255))}",),
        (f"Authorization: {random.choice(('Bearer', 'Basic x', 'é', 'Bearer ' + 'x' * 5000))}",),
        ("No colon",),
        ("Expect: 100-continue",),
        ("X-Tab:\x00\x01",),
    )
    return FuzzCase("headers", (format_request("/predict", headers + random.choice(kinds), _body(example)),), answers=0)


def target(random: Random, example: Example, headers: tuple[str, ...]) -> FuzzCase:  # noqa: ARG001 - the signature of a generator
    """Another method, another path, or a malformed target."""
    lines = (f"{random.choice((*_METHODS, 'GET', 'POST'))} {random.choice(_TARGETS)} HTTP/1.1", "Host: x", *headers)
    return FuzzCase("target", ("\r\n".join((*lines, *CLOSE, "", "")).encode(),), answers=0, closes=True)


GENERATORS: tuple[CaseGenerator, ...] = (
    *(body,) * 12,
    *(media_type, length, chunked, chunked, truncated, slow, pipelined, http_1_0, unusual_headers, target),
)


def format_request(
    path: str, headers: tuple[str, ...], content: bytes, last: tuple[str, ...] = CLOSE, *, typed: bool = True
) -> bytes:
    """A complete and well framed request."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers, *last, f"Content-Length: {len(content)}"]
    if typed:
        lines.append("Content-Type: application/json")
    return "\r\n".join((*lines, "", "")).encode() + content


def _body(example: Example) -> bytes:
    return json.dumps({"data": dict(example)}).encode()

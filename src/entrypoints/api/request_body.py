"""Reads a request: its headers, its id, its body within limits."""

import asyncio
import os
import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from entrypoints.api.problems import Problem

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_IDEMPOTENCY_KEY = re.compile(rb"[!-~]{1,255}")
_PLAIN_JSON = {None, b"application/json"}
_CODINGS = {b"content-encoding": {b"identity", b""}, b"transfer-encoding": {b"chunked", b""}}
"""Headers that name how a body is compressed, and their values for one that is not."""
_UTF_8 = {b"utf-8", b"utf8"}
_PROCESS_PREFIX = os.urandom(10).hex()
"""Names this process: with a counter it makes request ids without a system call for each."""
_COUNTER = count()


class ClientDisconnected(Exception):
    """The client closed the connection before its body was complete."""


def combine_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers by name, the last of those with one name; codings in several headers are one list (RFC 9110, 5.3)."""
    headers = list(headers)
    by_name = dict(headers)
    if len(by_name) < len(headers):
        for name in _CODINGS.keys() & by_name.keys():
            by_name[name] = b", ".join(value for other, value in headers if other == name)
    return by_name


def request_id_from(headers: Mapping[bytes, bytes]) -> str:
    """The caller's own X-Request-ID if it is a plain word, else a new one."""
    header = headers.get(b"x-request-id")
    if header is not None and _REQUEST_ID.fullmatch(header):
        return header.decode()
    return f"{_PROCESS_PREFIX}{next(_COUNTER):012x}"


def idempotency_key_from(headers: Mapping[bytes, bytes]) -> bytes | None:
    """The Idempotency-Key, if there is one. Raises Problem."""
    header = headers.get(b"idempotency-key")
    if header is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(header):
        raise Problem(400, "Idempotency-Key must be 1 to 255 visible ASCII characters")
    return header


def check_is_json(headers: Mapping[bytes, bytes]) -> None:
    """Raises Problem (415) where the headers say that the body is not JSON, not UTF-8, or compressed."""
    if headers.get(b"content-type") not in _PLAIN_JSON:
        _check_content_type(headers[b"content-type"])
    check_is_uncompressed(headers)


def check_is_uncompressed(headers: Mapping[bytes, bytes]) -> None:
    """Raises Problem (415) where the headers say that the body is compressed."""
    for name in _CODINGS:
        if name in headers:
            _check_codings(name, headers[name])


def _check_content_type(header: bytes) -> None:
    media_type, *parameters = [part.strip().lower() for part in header.split(b";")]
    if media_type != b"application/json" and not (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    ):
        raise Problem(415, "the body must be application/json")
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        charset = value.strip(b'" ')
        if name.strip() == b"charset" and charset not in _UTF_8:
            raise Problem(415, f"the body must be UTF-8, not charset={charset[:40].decode('latin-1')}")


def _check_codings(name: bytes, header: bytes) -> None:
    if {coding.strip().lower() for coding in header.split(b",")} - _CODINGS[name]:
        raise Problem(
            415,
            f"{name.decode().title()}: {header[:40].decode('latin-1')} is not accepted; send the body uncompressed, "
            "without Content-Encoding or with identity",
            headers={"Accept-Encoding": "identity"},
        )


async def read_body(receive: Any, headers: Mapping[bytes, bytes], limit: int, deadline_seconds: float) -> bytes:
    """The whole body. Raises Problem where it is longer than `limit` bytes or takes too long; ClientDisconnected."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > limit:
        raise payload_too_large(limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message["body"]
        if len(whole) > limit:
            raise payload_too_large(limit)
        return whole
    try:
        async with asyncio.timeout(deadline_seconds):
            return await _read_parts(receive, message, limit)
    except TimeoutError:
        reason = f"the body did not arrive within {deadline_seconds:g} s"
        raise Problem(408, reason, headers={"Connection": "close"}) from None


async def _read_parts(receive: Any, message: Mapping[str, Any], limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > limit:
            raise payload_too_large(limit)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def payload_too_large(limit: int) -> Problem:
    """The problem of a body that is longer than `limit` bytes."""
    return Problem(413, f"the body is longer than {limit} bytes, the maximum")

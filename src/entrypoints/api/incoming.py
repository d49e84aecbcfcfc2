"""A request as it comes in: its headers, its id, its body within bounds."""

import asyncio
import os
import re
from collections.abc import Mapping, MutableMapping
from itertools import count
from typing import Any

from entrypoints.api.problems import Problem

Scope = MutableMapping[str, Any]
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_KEY = re.compile(rb"[!-~]{1,255}")
_BEGUN = os.urandom(10).hex()
"""Of this process: with a count it names a request, and spares it the system call that chance would cost."""
_COUNT = count()
_SLOWEST = 20.0
"""Seconds in which a body has to arrive."""


class Gone(Exception):
    """The caller has hung up."""


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The caller's own X-Request-ID where it is a plain word, else a new one."""
    given = headers.get(b"x-request-id")
    return given.decode() if given is not None and _ID.fullmatch(given) else f"{_BEGUN}{next(_COUNT):012x}"


def idempotency_key_of(headers: Mapping[bytes, bytes]) -> bytes | None:
    """The Idempotency-Key, if one came. Raises Problem."""
    given = headers.get(b"idempotency-key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Problem(400, "Idempotency-Key must be 1 to 255 visible ASCII characters")
    return given


def check_is_json(headers: Mapping[bytes, bytes]) -> None:
    """Raises Problem where the body says that it is something else."""
    given = headers.get(b"content-type")
    if given is not None and given != b"application/json":
        kind = given.split(b";", 1)[0].strip().lower()
        if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
            raise Problem(415, "the body must be application/json")


async def body_of(receive: Any, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """The whole body. Raises Problem where it is longer than `limit` bytes or takes too long, Gone."""
    stated = headers.get(b"content-length", b"")
    if stated.isdigit() and int(stated[:20]) > limit:
        raise too_long(limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message["body"]
        if len(whole) > limit:
            raise too_long(limit)
        return whole
    try:
        async with asyncio.timeout(_SLOWEST):
            return await _rest(receive, message, limit)
    except TimeoutError:
        raise Problem(408, f"the body did not arrive within {_SLOWEST:.0f} s") from None


async def _rest(receive: Any, message: Mapping[str, Any], limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > limit:
            raise too_long(limit)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def too_long(limit: int) -> Problem:
    """413."""
    return Problem(413, f"the body is longer than {limit} bytes, which is the most")

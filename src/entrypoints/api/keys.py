"""Who is calling: keys told apart by their digests, and a file of them that may change while the API runs.

A key is looked up by its SHA-256, so that the time of a refusal tells nothing of the keys that there are: whoever
measures it learns at most about the digest of what was sent.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Self

from delay_core.errors import DelayError
from entrypoints.keys import KeyFile, Scope, digest_of, read
from entrypoints.keys.key_file import NOBODY

_LOG = logging.getLogger("delay.api")
_LOOK_EVERY = 1.0
"""Seconds between looks at the file: so long a revoked key may still be taken."""
_LONGEST = 256
"""Bytes of a key that are worth a look."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request: the key's name, what it allows, and requests per second (None: the default)."""

    name: str
    scopes: frozenset[Scope]
    rate: float | None = None


ANONYMOUS = Caller(NOBODY, frozenset(Scope))
"""Everybody, where the API runs without keys: on one's own machine."""


class ApiKeys:
    """The keys of one file, read again when it changes; a broken change is logged, and the keys stay as they were."""

    def __init__(self, path: Path, now: Callable[[], float], look: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._look = look
        self._seen = _state(path)  # before it is read: what changes meanwhile is seen at the next look
        self._next_look = look() + _LOOK_EVERY
        self._callers = _by_digest(read(path))

    @classmethod
    def read(cls, path: Path, now: Callable[[], float] = time.time, look: Callable[[], float] = time.monotonic) -> Self:
        """`now` are seconds since 1970, `look` those of a clock that never goes back.

        Raises StoreError where the file cannot be read, KeyFileRefused naming what is wrong in it.
        """
        return cls(path, now, look)

    def authenticate(self, authorization: bytes | None, x_api_key: bytes | None) -> Caller | None:
        """The caller whose key stands in `Authorization: Bearer …`, or else in `X-API-Key`; None where it is none."""
        self._follow()
        key = _bearer(authorization) or x_api_key
        if key is None or len(key) > _LONGEST:
            return None
        found = self._callers.get(digest_of(key))
        if found is None:
            return None
        caller, until = found
        return caller if until is None or self._now() < until else None

    def _follow(self) -> None:
        if self._look() < self._next_look:
            return
        self._next_look = self._look() + _LOOK_EVERY
        state = _state(self._path)
        if state == self._seen:
            return
        self._seen = state
        try:
            self._callers = _by_digest(read(self._path))
        except DelayError as error:
            _LOG.error("the changed API keys are not used, the former ones stay: %s", error)
        else:
            _LOG.info("API keys were read again: %d keys", len(self._callers))


def _state(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does: a mounted secret is a link to another file, another write has another time."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _by_digest(keys: KeyFile) -> dict[str, tuple[Caller, float | None]]:
    return {
        key.sha256: (
            Caller(key.name, frozenset(key.scopes), key.rate),
            None if key.expires is None else datetime.combine(key.expires, time_of_day(), UTC).timestamp(),
        )
        for key in keys.keys
    }


def _bearer(authorization: bytes | None) -> bytes | None:
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None

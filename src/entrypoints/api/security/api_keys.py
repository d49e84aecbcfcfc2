"""Authentication of callers by the keys of a file that may change while the API runs.

The store looks up the SHA-256 of a key. The time of a lookup therefore reveals nothing about the stored keys: at most
something about the hash of the key that was sent.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path

from delay_core.errors import DelayError
from entrypoints.keys import ANONYMOUS_NAME, KeyFile, Scope, hash_key, read_key_file

_LOG = logging.getLogger("delay.api")
_RELOAD_INTERVAL_SECONDS = 1.0
"""Interval between checks of the file: for at most this long a revoked key is still accepted."""
_MAX_KEY_BYTES = 256
_IMPLIED_BY_ADMIN = frozenset({Scope.PLAN})
"""What an administrator may do without a scope of its own."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request: the key's name, its scopes, its requests per second (None: the default)."""

    name: str
    scopes: frozenset[Scope]
    rate: float | None = None

    def has(self, scopes: frozenset[str]) -> bool:
        """Whether the caller has a valid key with these scopes."""
        if self is ANONYMOUS:
            return False
        return scopes <= self.scopes or (Scope.ADMIN in self.scopes and scopes <= self.scopes | _IMPLIED_BY_ADMIN)


UNRESTRICTED = Caller(ANONYMOUS_NAME, frozenset(Scope))
"""Every caller of an API that runs without keys, for users of this machine only."""
ANONYMOUS = Caller(ANONYMOUS_NAME, frozenset())
"""A caller without a valid key, where keys are required."""


class ApiKeyStore:
    """The keys of one file, reloaded when it changes. An invalid new file is logged, and the former keys stay."""

    def __init__(
        self, path: Path, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the file. `now` returns seconds since 1970.

        Raises StoreError if the file cannot be read, InvalidKeyFile if its content is wrong.
        """
        self._path = path
        self._now = now
        self._monotonic = monotonic
        self._loaded_state = _file_state(path)  # before the file is read, so that a change meanwhile is noticed later
        self._next_check = monotonic() + _RELOAD_INTERVAL_SECONDS
        self._callers = _callers_by_hash(read_key_file(path))

    def authenticate(self, authorization: bytes | None, x_api_key: bytes | None) -> Caller | None:
        """The caller whose valid key is in `Authorization: Bearer …`, or else in `X-API-Key`; None without one."""
        self._reload_if_changed()
        key = _bearer_token(authorization) or x_api_key
        if key is None or len(key) > _MAX_KEY_BYTES:
            return None
        entry = self._callers.get(hash_key(key))
        if entry is None:
            return None
        caller, expiry = entry
        return caller if expiry is None or self._now() < expiry else None

    def _reload_if_changed(self) -> None:
        if self._monotonic() < self._next_check:
            return
        self._next_check = self._monotonic() + _RELOAD_INTERVAL_SECONDS
        state = _file_state(self._path)
        if state == self._loaded_state:
            return
        self._loaded_state = state
        try:
            self._callers = _callers_by_hash(read_key_file(self._path))
        except DelayError as error:
            _LOG.error("the changed API keys are not used, the former ones stay: %s", error)
        else:
            _LOG.info("API keys were reloaded: %d keys", len(self._callers))


def _file_state(path: Path) -> tuple[int, int, int] | None:
    """Changes when the file does: an edit changes the time or size, a remounted secret the inode."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _callers_by_hash(keys: KeyFile) -> dict[str, tuple[Caller, float | None]]:
    """Caller and expiry (seconds since 1970) by the key's hash."""
    return {
        key.sha256: (
            Caller(key.name, frozenset(key.scopes), key.rate),
            None if key.expires is None else datetime.combine(key.expires, time_of_day(), UTC).timestamp(),
        )
        for key in keys.keys
    }


def _bearer_token(authorization: bytes | None) -> bytes | None:
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None

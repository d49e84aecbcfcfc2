"""Access control: who the caller is, which scope a request needs, and how many requests are allowed."""

from collections.abc import Mapping

from entrypoints.api.problems import Problem
from entrypoints.api.security.api_keys import ANONYMOUS, UNRESTRICTED, ApiKeyStore, Caller
from entrypoints.api.security.rate_limit import CallerRateLimiter, FailedLoginLimiter
from entrypoints.keys import Scope

PUBLIC_PATHS = frozenset({"/", "/health", "/health/live", "/health/ready", "/openapi.json"})
"""Paths that need no key; GET /predict, which explains the request, needs none either."""
_SCOPES = {"predict": Scope.PREDICT, "predictions": Scope.PREDICT, "outcomes": Scope.OUTCOMES, "admin": Scope.ADMIN}
"""Scopes by the first segment of the path; other paths need a key of any scope."""


class AccessControl:
    """Authenticates callers by their keys. Without a key file, every caller is `UNRESTRICTED`."""

    def __init__(self, keys: ApiKeyStore | None, default_rate: float | None) -> None:
        """`default_rate`: requests per second of a key without a rate of its own; None: no limit."""
        self._keys = keys
        self._rates = CallerRateLimiter(default_rate)
        self._failed_logins = FailedLoginLimiter()

    def authorize(self, method: str, path: str, headers: Mapping[bytes, bytes], address: str, now: float) -> Caller:
        """The caller, who may send this request now. `now`: monotonic seconds. Raises Problem: 401, 403, 429."""
        caller = self._authenticate(headers)
        if caller is None:
            if path in PUBLIC_PATHS or (path == "/predict" and method in ("GET", "HEAD")):
                return ANONYMOUS
            raise self._unauthenticated(address, now)
        wait = self._rates.acquire(caller, now)
        if wait:
            raise Problem(429, "too many requests with this key; slow down", headers=_retry_after(wait))
        scope = _SCOPES.get(path.lstrip("/").partition("/")[0])  # a path may be just an asterisk
        if scope is not None and scope not in caller.scopes and not (path == "/predict" and method == "GET"):
            raise Problem(403, f"this key does not have the scope {scope.value}")
        return caller

    def _authenticate(self, headers: Mapping[bytes, bytes]) -> Caller | None:
        if self._keys is None:
            return UNRESTRICTED
        return self._keys.authenticate(headers.get(b"authorization"), headers.get(b"x-api-key"))

    def _unauthenticated(self, address: str, now: float) -> Problem:
        wait = self._failed_logins.acquire(address, now)
        if wait:
            return Problem(429, "too many requests without a valid key; slow down", headers=_retry_after(wait))
        challenge = {"WWW-Authenticate": 'Bearer realm="delay"'}
        return Problem(401, "a valid API key is needed: Authorization: Bearer …, or X-API-Key", headers=challenge)


def _retry_after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(seconds + 0.5)))}

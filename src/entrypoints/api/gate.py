"""Who may do what, and how often."""

from collections.abc import Mapping

from entrypoints.api.keys import ANONYMOUS, ApiKeys, Caller
from entrypoints.api.problems import Problem
from entrypoints.api.rate import CallerRates, FailedLogins
from entrypoints.keys import Scope

OPEN = frozenset({"/", "/health", "/health/live", "/health/ready", "/openapi.json"})
"""What anybody may ask; and GET /predict, which explains itself."""
_SCOPES = {"predict": Scope.PREDICT, "predictions": Scope.PREDICT, "outcomes": Scope.OUTCOMES, "admin": Scope.ADMIN}
"""By the first part of the path; what is not named here needs a key, whatever it allows."""


class Gate:
    """Tells callers by their keys. Without keys everybody is `ANONYMOUS`, and may do everything."""

    def __init__(self, keys: ApiKeys | None, rate: float | None) -> None:
        self._keys = keys
        self._rates = CallerRates(rate)
        self._failed = FailedLogins()

    def admit(self, method: str, path: str, headers: Mapping[bytes, bytes], address: str, now: float) -> Caller:
        """The caller, who may do this now. `now` is a monotonic clock's. Raises Problem: 401, 403, 429."""
        caller = self._caller(headers)
        if caller is None:
            if path in OPEN or (path == "/predict" and method in ("GET", "HEAD")):
                return ANONYMOUS
            raise self._unknown(address, now)
        wait = self._rates.take(caller, now)
        if wait:
            raise Problem(429, "too many requests with this key; slow down", headers=_after(wait))
        needed = _SCOPES.get(path.lstrip("/").partition("/")[0])  # a path may be just an asterisk
        if needed is not None and needed not in caller.scopes and not (path == "/predict" and method == "GET"):
            raise Problem(403, f"this key does not have the scope {needed.value}")
        return caller

    def _caller(self, headers: Mapping[bytes, bytes]) -> Caller | None:
        if self._keys is None:
            return ANONYMOUS
        return self._keys.authenticate(headers.get(b"authorization"), headers.get(b"x-api-key"))

    def _unknown(self, address: str, now: float) -> Problem:
        wait = self._failed.take(address, now)
        if wait:
            return Problem(429, "too many requests without a valid key; slow down", headers=_after(wait))
        challenge = {"WWW-Authenticate": 'Bearer realm="delay"'}
        return Problem(401, "a valid API key is needed: Authorization: Bearer …, or X-API-Key", headers=challenge)


def _after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(seconds + 0.5)))}

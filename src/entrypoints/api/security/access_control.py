"""Access control: who the caller is, how many requests it may send, and the scopes that a route requires.

A route declares its access once, with `requires(…)` or `PUBLIC` in its dependencies. `ApiRoute` enforces it, and the
OpenAPI document states it.
"""

from collections.abc import Collection, Mapping
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.params import Depends as DependsParameter
from fastapi.params import Security as SecurityParameter

from entrypoints.api.problems import Problem
from entrypoints.api.security.api_keys import ANONYMOUS, UNRESTRICTED, ApiKeyStore, Caller
from entrypoints.api.security.rate_limit import CallerRateLimiter, FailedLoginLimiter
from entrypoints.keys import Scope


class AccessControl:
    """Authenticates callers by their keys. Without a key file, every caller is `UNRESTRICTED`."""

    def __init__(self, keys: ApiKeyStore | None, default_rate: float | None) -> None:
        """`default_rate`: requests per second of a key without a rate of its own; None: no limit."""
        self._keys = keys
        self._rates = CallerRateLimiter(default_rate)
        self._failed_logins = FailedLoginLimiter()

    def authenticate(self, headers: Mapping[bytes, bytes], now: float) -> Caller:
        """The caller of a request; ANONYMOUS without a valid key. `now`: monotonic seconds.

        Raises Problem (429) if the caller sends too many requests.
        """
        if self._keys is None:
            caller: Caller | None = UNRESTRICTED
        else:
            caller = self._keys.authenticate(headers.get(b"authorization"), headers.get(b"x-api-key"))
        if caller is None:
            return ANONYMOUS
        wait = self._rates.acquire(caller, now)
        if wait:
            raise Problem(429, "too many requests with this key; slow down", headers=_retry_after(wait))
        return caller

    def refusal(self, caller: Caller, scopes: frozenset[str], address: str, now: float) -> Problem:
        """Why this caller may not use a route with these scopes: 401, 403 or 429."""
        if caller is ANONYMOUS:
            return self._unauthenticated(address, now)
        missing = ", ".join(sorted(scopes - caller.scopes))
        return Problem(403, f"this key does not have the scope {missing}")

    def _unauthenticated(self, address: str, now: float) -> Problem:
        wait = self._failed_logins.acquire(address, now)
        if wait:
            return Problem(429, "too many requests without a valid key; slow down", headers=_retry_after(wait))
        challenge = {"WWW-Authenticate": 'Bearer realm="delay"'}
        return Problem(401, "a valid API key is needed: Authorization: Bearer …, or X-API-Key", headers=challenge)


def current_caller(request: Request) -> Caller:
    """Dependency: the caller of the request, as the middleware has authenticated it."""
    caller: Caller = request.state.caller
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


def _allow_anyone() -> None:
    """Marks a public route."""


PUBLIC = Depends(_allow_anyone)
"""Dependency of a route that needs no key."""


def requires(*scopes: Scope) -> SecurityParameter:
    """Dependency of a route that needs a key with these scopes; without scopes, any valid key."""
    parameter: SecurityParameter = Security(current_caller, scopes=[scope.value for scope in scopes])
    return parameter


def required_scopes(dependencies: Collection[DependsParameter]) -> frozenset[str] | None:
    """The scopes that a route with these dependencies requires; None if it is public.

    Raises TypeError unless the dependencies have exactly one of `PUBLIC` and `requires(…)`.
    """
    declarations = [
        parameter for parameter in dependencies if parameter is PUBLIC or isinstance(parameter, SecurityParameter)
    ]
    if len(declarations) != 1:
        raise TypeError("a route declares its access exactly once: PUBLIC or requires(…)")
    [declaration] = declarations
    return frozenset(declaration.scopes or ()) if isinstance(declaration, SecurityParameter) else None


def _retry_after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(seconds + 0.5)))}

"""How often somebody may ask: token buckets, told the time, so that they need no clock.

Of each bucket one number is kept: the moment at which it will be full again. Whoever asks moves it by one request's
worth; where it would lie further ahead than a whole bucket takes to fill, there is no token left.
"""

from entrypoints.api.keys import Caller

_ROUNDING = 1e-6
"""Seconds by which sums of floats may be off: nobody is told to wait for less."""


class Buckets:
    """One bucket a name. Beyond `most` names, the one that nobody asked for longest is forgotten."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._full_at: dict[str, float] = {}

    def take(self, name: str, now: float, *, rate: float, burst: float) -> float:
        """Take one of at most `burst` tokens, of which `rate` come back a second.

        0.0, or how many seconds to wait where there is none. `now` are seconds of a clock that never goes back.
        """
        full_at = max(self._full_at.pop(name, now), now)
        wait = full_at - now - (max(burst, 1.0) - 1.0) / rate
        granted = wait <= _ROUNDING
        self._full_at[name] = full_at + 1 / rate if granted else full_at  # at the end: asked for just now
        if len(self._full_at) > self._most:
            del self._full_at[next(iter(self._full_at))]
        return 0.0 if granted else wait


class CallerRates:
    """Requests of each caller: as many a second as its key says, or else `rate`; two seconds' worth at once."""

    _SECONDS_AT_ONCE = 2.0

    def __init__(self, rate: float | None) -> None:
        """Without a `rate`, callers whose keys say nothing of it may ask as often as they like."""
        self._rate = rate
        self._buckets = Buckets()

    def take(self, caller: Caller, now: float) -> float:
        """0.0: go on; or seconds to wait, for Retry-After. `now` are seconds of a clock that never goes back."""
        rate = caller.rate if caller.rate is not None else self._rate
        if rate is None:
            return 0.0
        return self._buckets.take(caller.name, now, rate=rate, burst=rate * self._SECONDS_AT_ONCE)


class FailedLogins:
    """Wrong keys from each address: ten at once, then one in six seconds is looked at; 429 answers the others.

    To be asked after a key was found wrong, never before: callers with a right key may share the address of one with
    a wrong one, behind a proxy. Nobody can guess 256 bits; what is spared is the log, and the caller's time.
    """

    _AT_ONCE = 10.0
    _A_SECOND = 1 / 6

    def __init__(self) -> None:
        self._buckets = Buckets()

    def take(self, address: str, now: float) -> float:
        """0.0: answer 401; or seconds to wait: answer 429."""
        return self._buckets.take(address, now, rate=self._A_SECOND, burst=self._AT_ONCE)

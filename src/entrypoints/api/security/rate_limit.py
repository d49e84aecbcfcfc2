"""Rate limits: token buckets by the generic cell rate algorithm (GCRA).

The algorithm stores one number per bucket: the theoretical arrival time, at which the bucket is full again. A request
moves it by the time that one token takes to come back. If the bucket would then need longer to fill than an empty one
does, no token is left. Callers pass the time, so no bucket needs a clock.
"""

from entrypoints.api.security.api_keys import Caller

_TOLERANCE_SECONDS = 1e-6
"""Rounding error of sums of floats; a shorter wait counts as none."""


class TokenBuckets:
    """One bucket per name. Above `max_names` the least recently used one is removed."""

    def __init__(self, max_names: int = 10_000) -> None:
        self._max_names = max_names
        self._theoretical_arrival: dict[str, float] = {}

    def acquire(self, name: str, now: float, *, rate: float, burst: float) -> float:
        """Take one of at most `burst` tokens, of which `rate` come back per second.

        Returns 0.0, or the seconds to wait if no token is left. `now` is the time of a monotonic clock in seconds.
        """
        full_at = max(self._theoretical_arrival.pop(name, now), now)
        wait = full_at - now - (max(burst, 1.0) - 1.0) / rate
        granted = wait <= _TOLERANCE_SECONDS
        self._theoretical_arrival[name] = full_at + 1 / rate if granted else full_at  # last: the most recently used
        if len(self._theoretical_arrival) > self._max_names:
            del self._theoretical_arrival[next(iter(self._theoretical_arrival))]
        return 0.0 if granted else wait


class CallerRateLimiter:
    """Requests per second of each caller: the rate of its key or else the default, with bursts of two seconds."""

    _BURST_SECONDS = 2.0

    def __init__(self, default_rate: float | None) -> None:
        """Without a default rate, a caller whose key has no rate is not limited."""
        self._default_rate = default_rate
        self._buckets = TokenBuckets()

    def acquire(self, caller: Caller, now: float) -> float:
        """0.0 if the request is allowed, else the seconds to wait. `now`: monotonic seconds."""
        rate = caller.rate if caller.rate is not None else self._default_rate
        if rate is None:
            return 0.0
        return self._buckets.acquire(caller.name, now, rate=rate, burst=rate * self._BURST_SECONDS)


class FailedLoginLimiter:
    """Limits 401 answers per address: bursts of ten, then one per six seconds; other attempts get 429.

    Call it only after a key was rejected: callers with a valid key may share their address, a proxy's, with others.
    256 random bits cannot be guessed in any case; the limit protects the log.
    """

    _BURST = 10.0
    _RATE = 1 / 6

    def __init__(self) -> None:
        self._buckets = TokenBuckets()

    def acquire(self, address: str, now: float) -> float:
        """0.0: answer 401. Else the seconds to wait: answer 429."""
        return self._buckets.acquire(address, now, rate=self._RATE, burst=self._BURST)

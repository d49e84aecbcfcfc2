"""Rate limits of callers and of failed logins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.api.security.api_keys import Caller
from entrypoints.api.security.rate_limit import CallerRateLimiter, FailedLoginLimiter, TokenBuckets

ANN, BEN = Caller("ann", frozenset(), 10.0), Caller("ben", frozenset(), None)


def granted(acquire, times):
    return [acquire(now) == 0.0 for now in times]


def test_full_bucket__grants_its_burst_at_once_then_returns_the_seconds_to_wait():
    buckets = TokenBuckets()
    waits = [buckets.acquire("a", 0.0, rate=2.0, burst=3.0) for _ in range(5)]
    assert waits == [0.0, 0.0, 0.0, pytest.approx(0.5), pytest.approx(0.5)]


def test_caller_who_waits_as_long_as_required__is_granted_a_token():
    buckets = TokenBuckets()
    now = 1000.0
    for _ in range(50):
        wait = buckets.acquire("a", now, rate=3.0, burst=1.0)
        assert buckets.acquire("a", now + wait, rate=3.0, burst=1.0) == 0.0 if wait else True
        now += wait


def test_tokens__come_back_with_time_up_to_the_burst():
    buckets = TokenBuckets()
    acquire = lambda now: buckets.acquire("a", now, rate=1.0, burst=2.0)  # noqa: E731
    assert granted(acquire, [0.0, 0.0, 0.0, 1.0, 1.0, 100.0, 100.0, 100.0]) == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_names__have_a_bucket_each():
    buckets = TokenBuckets()
    assert [buckets.acquire(name, 0.0, rate=1.0, burst=1.0) == 0.0 for name in "aabb"] == [True, False, True, False]


def test_more_names_than_allowed__remove_the_least_recently_used():
    buckets = TokenBuckets(max_names=2)
    grants = [buckets.acquire(name, 0.0, rate=1.0, burst=1.0) == 0.0 for name in ("a", "b", "a", "c", "a", "b")]
    assert grants == [True, True, False, True, False, True]


@given(
    rate=st.floats(0.1, 1000),
    burst=st.floats(0, 100),
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=200),
)
def test_grants__never_exceed_the_burst_plus_what_came_back(rate, burst, steps):
    buckets = TokenBuckets()
    now, count = 5.0, 0
    for step in steps:
        now += step
        count += buckets.acquire("a", now, rate=rate, burst=burst) == 0.0
    assert count <= max(burst, 1.0) + (now - 5.0) * rate + 0.01


def test_caller__has_the_rate_of_its_key_or_else_the_default():
    limiter = CallerRateLimiter(1.0)
    assert sum(limiter.acquire(ANN, 0.0) == 0.0 for _ in range(50)) == 20
    assert sum(limiter.acquire(BEN, 0.0) == 0.0 for _ in range(50)) == 2


def test_without_a_default_rate__only_keys_with_a_rate_are_limited():
    limiter = CallerRateLimiter(None)
    assert sum(limiter.acquire(BEN, 0.0) == 0.0 for _ in range(50)) == 50
    assert sum(limiter.acquire(ANN, 0.0) == 0.0 for _ in range(50)) == 20


def test_address__may_fail_ten_times_then_once_in_six_seconds():
    limiter = FailedLoginLimiter()
    assert sum(limiter.acquire("10.0.0.1", 0.0) == 0.0 for _ in range(50)) == 10
    assert limiter.acquire("10.0.0.1", 0.0) == pytest.approx(6.0)
    assert limiter.acquire("10.0.0.1", 6.0) == 0.0
    assert limiter.acquire("10.0.0.2", 6.0) == 0.0

"""How often a caller may ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.api.keys import Caller
from entrypoints.api.rate import Buckets, CallerRates, FailedLogins

ANN, BEN = Caller("ann", frozenset(), 10.0), Caller("ben", frozenset(), None)


def granted(take, times):
    return [take(now) == 0.0 for now in times]


def test_a_full_bucket_gives_its_burst_at_once_and_then_says_how_long_to_wait():
    buckets = Buckets()
    answers = [buckets.take("a", 0.0, rate=2.0, burst=3.0) for _ in range(5)]
    assert answers == [0.0, 0.0, 0.0, pytest.approx(0.5), pytest.approx(0.5)]


def test_whoever_waits_as_told_is_let_in():
    buckets = Buckets()
    now = 1000.0
    for _ in range(50):
        wait = buckets.take("a", now, rate=3.0, burst=1.0)
        assert buckets.take("a", now + wait, rate=3.0, burst=1.0) == 0.0 if wait else True
        now += wait


def test_tokens_come_back_with_time_and_no_more_than_fit():
    rates = Buckets()
    take = lambda now: rates.take("a", now, rate=1.0, burst=2.0)  # noqa: E731
    assert granted(take, [0.0, 0.0, 0.0, 1.0, 1.0, 100.0, 100.0, 100.0]) == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_names_do_not_share_a_bucket():
    buckets = Buckets()
    assert [buckets.take(name, 0.0, rate=1.0, burst=1.0) == 0.0 for name in "aabb"] == [True, False, True, False]


def test_beyond_its_size_the_one_asked_for_longest_ago_is_forgotten():
    buckets = Buckets(most=2)
    asked = [buckets.take(name, 0.0, rate=1.0, burst=1.0) == 0.0 for name in ("a", "b", "a", "c", "a", "b")]
    assert asked == [True, True, False, True, False, True]


@given(
    rate=st.floats(0.1, 1000),
    burst=st.floats(0, 100),
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=200),
)
def test_never_more_is_granted_than_the_burst_and_what_came_back(rate, burst, steps):
    buckets = Buckets()
    now, count = 5.0, 0
    for step in steps:
        now += step
        count += buckets.take("a", now, rate=rate, burst=burst) == 0.0
    assert count <= max(burst, 1.0) + (now - 5.0) * rate + 0.01


def test_a_caller_has_the_rate_of_its_key_or_else_the_default():
    rates = CallerRates(1.0)
    assert sum(rates.take(ANN, 0.0) == 0.0 for _ in range(50)) == 20
    assert sum(rates.take(BEN, 0.0) == 0.0 for _ in range(50)) == 2


def test_without_a_default_only_keys_with_a_rate_are_held_back():
    rates = CallerRates(None)
    assert sum(rates.take(BEN, 0.0) == 0.0 for _ in range(50)) == 50
    assert sum(rates.take(ANN, 0.0) == 0.0 for _ in range(50)) == 20


def test_an_address_may_fail_ten_times_and_then_once_in_six_seconds():
    logins = FailedLogins()
    assert sum(logins.take("10.0.0.1", 0.0) == 0.0 for _ in range(50)) == 10
    assert logins.take("10.0.0.1", 0.0) == pytest.approx(6.0)
    assert logins.take("10.0.0.1", 6.0) == 0.0
    assert logins.take("10.0.0.2", 6.0) == 0.0

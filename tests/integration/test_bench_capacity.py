"""The capacity model and its simulation, on costs that are not measured."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.capacity.costs import Costs
from benchmarks.capacity.model import MAX_DATABASES, Plan, largest_rate_of, plan
from benchmarks.capacity.simulation import _waits, simulate

COSTS = Costs(
    api_seconds=200e-6, database_seconds=40e-6, row_bytes=500, wal_bytes=600, requests=1, answers_per_second=5_000
)


def test_a_plan__grows_with_the_rate():
    small, large = plan(1_000, COSTS), plan(100_000, COSTS)
    assert (small.replicas, small.databases) == (2, 1)
    assert large.replicas == pytest.approx(100_000 * 200e-6 / 0.6 + 1, abs=1)
    assert large.terabytes_per_day == pytest.approx(100_000 * 86_400 * 500 / 1e12)


def test_the_log__is_one_database_then_some_then_a_column_store():
    one, some = largest_rate_of(1, COSTS), largest_rate_of(MAX_DATABASES, COSTS)
    assert plan(one, COSTS).store == "one PostgreSQL"
    assert plan(one * 1.01, COSTS).store == "2 PostgreSQL, by tenant"
    assert plan(some, COSTS).databases == MAX_DATABASES
    assert plan(some * 1.01, COSTS).store == "Kafka and ClickHouse behind PredictionLog"


def test_the_disk_of_a_database__limits_it_before_its_cores():
    assert largest_rate_of(1, replace(COSTS, wal_bytes=60_000)) < largest_rate_of(1, COSTS) / 50


def test_waits__are_those_of_requests_one_after_another():
    arrivals = np.array([0.0, 1.0, 1.1, 5.0, 5.5])
    waits, free = [], 0.0
    for arrival in arrivals:
        begin = max(arrival, free)
        waits.append(begin - arrival)
        free = begin + 2.0
    assert _waits(arrivals, 2.0) == pytest.approx(waits)


def test_waits__of_random_arrivals_are_those_of_theory():
    """Pollaczek and Khinchine: the mean wait for a constant service time at 60 % utilization is 0.75 of it."""
    rng = np.random.default_rng(1)
    arrivals = np.cumsum(rng.exponential(1 / 0.6, 400_000))
    assert _waits(arrivals, 1.0).mean() == pytest.approx(0.75, rel=0.05)


@pytest.mark.parametrize("rate", [10_000, 100_000])
def test_a_plan__is_stable_and_a_third_of_its_replicas_are_not(rate):
    planned = plan(rate, COSTS)
    fewer = Plan(rate, planned.replicas // 3, planned.databases, planned.terabytes_per_day)
    assert simulate(planned, COSTS).is_stable
    assert not simulate(fewer, COSTS).is_stable


def test_too_few_cores_of_the_database__are_noticed():
    expensive = replace(COSTS, database_seconds=4e-3)
    assert not simulate(Plan(10_000, plan(10_000, COSTS).replicas, 1, 0), expensive).is_stable

"""A stored estimate is used again for the same rows, as it was before outcomes contradicted it."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from delay_core.monitoring.monitoring_state import MonitoringState
from delay_core.monitoring.performance import NotEstimated, PerformanceEstimate, PerformancePolicy
from delay_core.use_cases.served_rows import ServedRows
from delay_core.use_cases.stored_estimate import digest_estimate_inputs, read_estimate
from support.monitoring_results import MONDAY, performance_result, window_result

VERSION = SimpleNamespace(bundle=SimpleNamespace(digest="b" * 64))
TIMES = np.array(["2026-03-02T00:00:00.000001", "2026-03-02T00:00:01"], dtype="datetime64[us]")
ROWS = ServedRows("s" * 64, ["S-1", "S-2"], {}, np.array([0.2, 0.3]), TIMES, TIMES, TIMES, np.array([1, 2]), 2)
OTHERS = {
    "shipments": (VERSION, replace(ROWS, shipment_ids=["S-1", "S-3"]), PerformancePolicy()),
    "probabilities": (VERSION, replace(ROWS, probability=np.array([0.2, 0.4])), PerformancePolicy()),
    "times": (VERSION, replace(ROWS, predicted_at=TIMES[::-1]), PerformancePolicy()),
    "groups": (VERSION, replace(ROWS, group=np.array([1, 1])), PerformancePolicy()),
    "bundle": (SimpleNamespace(bundle=SimpleNamespace(digest="c" * 64)), ROWS, PerformancePolicy()),
    "settings": (VERSION, ROWS, PerformancePolicy(min_rows=100)),
}


def stored(inputs="digest", **changes):
    state = MonitoringState(promoted_at=MONDAY, estimate_inputs=inputs).as_json()
    return window_result(performance=replace(performance_result(), **changes), state=state)


@pytest.mark.parametrize("other", OTHERS)
def test_inputs__of_other_rows_have_another_digest(other):
    assert digest_estimate_inputs(*OTHERS[other]) != digest_estimate_inputs(VERSION, ROWS, PerformancePolicy())


def test_inputs__do_not_depend_on_deadlines():
    later = replace(ROWS, deadline=TIMES + np.timedelta64(timedelta(days=1)))
    policy = PerformancePolicy()
    assert digest_estimate_inputs(VERSION, later, policy) == digest_estimate_inputs(VERSION, ROWS, policy)


def test_stored_estimate__is_that_from_before_a_contradiction():
    result = stored(not_estimated=NotEstimated.CONTRADICTED.value, outside_share=0.01)

    assert read_estimate(result, "digest") == PerformanceEstimate(result.performance.estimated, None, 0.01)


def test_stored_obstacle__is_used_again():
    result = stored(estimated=None, not_estimated=NotEstimated.OUTSIDE_SUPPORT.value, outside_share=0.5)

    assert read_estimate(result, "digest") == PerformanceEstimate(None, NotEstimated.OUTSIDE_SUPPORT, 0.5)


@pytest.mark.parametrize(
    "result",
    [None, window_result(), stored(inputs="another"), stored(inputs=None), stored(estimated=None, not_estimated="old")],
    ids=["nothing stored", "no performance", "other rows", "an older version", "an unknown reason"],
)
def test_estimate__is_made_if_none_can_be_used_again(result):
    assert read_estimate(result, "digest") is None

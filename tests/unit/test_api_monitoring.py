"""GET /monitoring: what the store holds, in the form that the API's document promises."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from entrypoints.api.routes.monitoring import monitoring
from fakes.monitoring_store import MonitoringStore
from support.monitoring_results import MONDAY, drift_result, performance_result, window_result


@pytest.fixture
def store():
    return MonitoringStore()


def response(store, **query):
    context = SimpleNamespace(monitoring=store, model_name="late")
    answer = asyncio.run(monitoring(context, **{"limit": 7, "model_version": None} | query))
    return answer.model_dump(mode="json")


def test_empty_database__has_no_windows(store):
    assert response(store) == {"model_name": "late", "windows": []}


def test_windows__are_the_newest_first_with_drift_performance_and_decision(store):
    for day in range(3):
        start = MONDAY + timedelta(days=day)
        store.record(window_result(start, drift=drift_result(), performance=performance_result(), known_outcomes=day))

    windows = response(store, limit=2)["windows"]

    assert [window["known_outcomes"] for window in windows] == [2, 1]
    assert windows[0]["severity"] == "none"
    assert [column["effect"] for column in windows[0]["drift"]["columns"]] == [0.3, 0.1]
    assert windows[0]["performance"]["realized"]["figures"]["brier"]["value"] == pytest.approx(1 / 3)


def test_windows__of_one_version(store):
    for version in (1, 2):
        store.record(window_result(model_version=version))
    assert [window["model_version"] for window in response(store, model_version=2)["windows"]] == [2]

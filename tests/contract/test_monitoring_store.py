"""Every MonitoringStore: one record per model version, kind and window: the one computed last."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.ports.monitoring_store import MonitoringMetrics
from fakes.monitoring_store import MonitoringStore as FakeStore
from support.lazy_module import LazyModule

sql, postgres_server = LazyModule("adapters.sql"), LazyModule("support.postgres_server")

MONDAY = datetime(2026, 3, 30, tzinfo=UTC)
YEAR = (MONDAY - timedelta(days=180), MONDAY + timedelta(days=180))


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL"])
def stores(request, tmp_path):
    """The stores of monitoring and of dashboards."""
    if request.param == "fake":
        store = FakeStore()
        yield SimpleNamespace(store=store, readers=store)
    elif request.param == "SQLite":
        with closing(sql.Database(f"sqlite:///{tmp_path}/monitoring.db", "monitoring")) as database:
            yield SimpleNamespace(store=sql.MonitoringStore(database), readers=sql.MonitoringStore(database))
    else:
        postgres_server.emptied("monitoring", "monitoring_metrics")
        monitoring, reader = (postgres_server.as_role("monitoring", role) for role in ("monitoring", "reader"))
        yield SimpleNamespace(store=sql.MonitoringStore(monitoring), readers=sql.MonitoringStore(reader))


def metrics(start=MONDAY, **fields) -> MonitoringMetrics:
    defaults = {
        "model_name": "late",
        "model_version": 1,
        "kind": "drift",
        "window_end": start + timedelta(days=1),
        "computed_at": start + timedelta(days=2),
        "rows": 1200,
    }
    return MonitoringMetrics(window_start=start, **defaults | fields)


def test_record__stores_every_field_exactly(stores):
    record = metrics(
        column_drift_score=0.1 + 0.2,
        dataset_drift_score=1e-17,
        missing_values_share=0.0,
        prediction_drift_score=None,
        details={"b": [1, None, "ü'\\\n"], "a": {"x": 1 / 3}},
    )

    stores.store.record(record)

    assert stores.readers.series("late", "drift", *YEAR) == [record]
    assert stores.readers.latest("late", "drift") == record


def test_record__repeated_figures_add_nothing(stores):
    for _ in range(3):
        stores.store.record(metrics())

    assert stores.store.series("late", "drift", *YEAR) == [metrics()]


def test_record__keeps_the_figures_computed_last_in_any_order_of_arrival(stores):
    first, second = metrics(rows=10), metrics(rows=20, computed_at=MONDAY + timedelta(days=9))

    for record in (first, second, first, replace(second, rows=30)):
        stores.store.record(record)

    assert stores.store.series("late", "drift", *YEAR) == [second]


def test_series__has_one_model_and_kind_by_window_then_version(stores):
    wanted = [metrics(MONDAY + timedelta(days=k // 2), model_version=1 + k % 2) for k in range(6)]
    others = [metrics(model_name="later"), metrics(kind="performance"), metrics(MONDAY + timedelta(days=3))]
    for record in wanted[::-1] + others:
        stores.store.record(record)

    assert stores.store.series("late", "drift", MONDAY, MONDAY + timedelta(days=3)) == wanted
    assert stores.store.series("late", "drift", MONDAY, MONDAY + timedelta(days=3), 2) == wanted[1::2]
    assert stores.store.series("late", "drift", MONDAY, MONDAY) == []


def test_series__windows_with_the_same_start_are_separate_records(stores):
    day, week = metrics(), metrics(window_end=MONDAY + timedelta(days=7))
    stores.store.record(week)
    stores.store.record(day)

    assert stores.store.series("late", "drift", *YEAR) == [day, week]


def test_latest__is_that_of_the_latest_window(stores):
    assert stores.store.latest("late", "drift") is None

    newest = metrics(MONDAY + timedelta(days=1), model_version=2)
    for record in (newest, replace(newest, model_version=1, computed_at=MONDAY), metrics(computed_at=YEAR[1])):
        stores.store.record(record)

    assert stores.store.latest("late", "drift") == newest


def test_record__numbers_that_json_does_not_have_become_none(stores):
    stores.store.record(metrics(details={"x": float("nan"), "y": [float("-inf")]}))

    assert stores.store.latest("late", "drift").details == {"x": None, "y": [None]}


@pytest.mark.parametrize("wrong", [{"computed_at": datetime(2026, 4, 1)}, {"window_end": MONDAY}])  # noqa: DTZ001 - that is what is wrong
def test_monitoring_metrics__refuses_invalid_times(wrong):
    with pytest.raises(ValueError, match=r"UTC|ends at"):
        metrics(**wrong)

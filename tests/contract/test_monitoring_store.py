"""Every MonitoringStore: one result per model version and window, whole or not at all; notices; the policy."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.time_window import TimeWindow
from delay_core.ports.monitoring_store import ResultFilter
from fakes.monitoring_store import MonitoringStore as FakeStore
from support.lazy_module import LazyModule
from support.monitoring_results import MONDAY, drift_result, performance_result, window_result

sql, postgres_server = LazyModule("adapters.sql"), LazyModule("support.postgres_server")

DAY = timedelta(days=1)
EVERYTHING = ResultFilter()
TABLES = ("metrics", "columns", "performance", "figures", "slices", "decisions", "policy")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL"])
def stores(request, tmp_path):
    """The stores of monitoring and of dashboards, and a function that reads every row."""
    if request.param == "fake":
        store = FakeStore()
        yield SimpleNamespace(
            store=store, readers=store, rows=lambda: (dict(store.results), dict(store.notified), store.policy)
        )
    elif request.param == "SQLite":
        with closing(sql.Database(f"sqlite:///{tmp_path}/monitoring.db", "monitoring")) as database:
            store = sql.MonitoringStore(database)
            yield SimpleNamespace(store=store, readers=store, rows=lambda: all_rows(database))
    else:
        postgres_server.emptied("monitoring", *(f"monitoring_{table}" for table in TABLES))
        monitoring, reader = (postgres_server.as_role("monitoring", role) for role in ("monitoring", "reader"))
        yield SimpleNamespace(
            store=sql.MonitoringStore(monitoring),
            readers=sql.MonitoringStore(reader),
            rows=lambda: all_rows(monitoring),
        )


def all_rows(database):
    with database.connect("read everything") as connection:
        return {
            table: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM monitoring_{table}")))  # noqa: S608 - names of this file
            for table in TABLES
        }


def test_record__stores_every_field_exactly(stores):
    result = window_result(
        drift=drift_result(effects=(0.1 + 0.2, 1e-17)),
        performance=performance_result(),
        severity=Severity.RETRAIN,
        reasons=(
            DecisionReason(ReasonCode.COLUMNS_DRIFTED, {"columns": ["naïve 'R' \\ 1"], "windows": 3}),
            DecisionReason(ReasonCode.STABLE),
        ),
        evidence=1 / 3,
        change_point=TimeWindow(MONDAY - DAY, MONDAY),
        state={"b": [1, None, "ü'\\\n"], "a": {"x": 1 / 3}},
    )

    stores.store.record(result)

    assert stores.readers.newest("late", EVERYTHING) == [result]
    assert stores.readers.before("late", 1, MONDAY + DAY) == result


def test_record__repeated_results_leave_every_row_as_it_is(stores):
    results = [
        window_result(MONDAY + day * DAY, drift=drift_result(), performance=performance_result()) for day in (0, 1)
    ]
    for result in results:
        stores.store.record(result)
    before = stores.rows()

    for result in results[::-1]:
        stores.store.record(result)

    assert stores.rows() == before


def test_record__of_two_results_at_once_stores_one_of_them_whole(stores):
    many, few = (
        window_result(drift=drift_result(effects=[0.1] * columns), performance=performance_result(), rows=columns)
        for columns in (40, 1)
    )
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(stores.store.record, [many, few] * 10))

    assert stores.store.newest("late", EVERYTHING)[0] in (many, few)


def test_record__replaces_what_was_stored_of_the_window(stores):
    stores.store.record(window_result(drift=drift_result(effects=(0.1, 0.2, 0.3)), performance=performance_result()))
    new = window_result(drift=drift_result(effects=(0.5,)), performance=performance_result(maturity=1.0), rows=30)

    stores.store.record(new)

    assert stores.store.newest("late", EVERYTHING) == [new]


def test_record__parts_that_are_none_stay(stores):
    stores.store.record(whole := window_result(drift=drift_result(), performance=performance_result()))

    stores.store.record(replace(whole, drift=None, performance=None, rows=0))

    assert stores.store.newest("late", EVERYTHING) == [replace(whole, rows=0)]


def test_record__the_performance_known_last_stays(stores):
    late = window_result(performance=performance_result(maturity=1.0), as_of=MONDAY + 9 * DAY)
    early = window_result(performance=performance_result(maturity=0.5), as_of=MONDAY + 2 * DAY)

    for result in (early, late, early):
        stores.store.record(result)

    assert stores.store.newest("late", EVERYTHING) == [late]


@pytest.mark.parametrize("missing", ["realized", "estimated"])
def test_record__a_part_without_enough_rows_is_none(stores, missing):
    result = window_result(performance=replace(performance_result(), **{missing: None}))

    stores.store.record(result)

    assert stores.store.newest("late", EVERYTHING) == [result]


def test_newest__is_bounded_and_starts_with_the_newest_window(stores):
    results = [window_result(MONDAY + (k // 2) * DAY, model_version=1 + k % 2) for k in range(6)]
    others = [window_result(model_name="later")]
    for result in results[::-1] + others:
        stores.store.record(result)

    newest = [results[k] for k in (4, 5, 2, 3, 0, 1)]
    assert stores.store.newest("late", EVERYTHING) == newest
    assert stores.store.newest("late", EVERYTHING, limit=3) == newest[:3]
    assert stores.store.newest("late", ResultFilter(MONDAY + DAY, MONDAY + 2 * DAY, 2)) == [results[3]]
    assert stores.store.newest("late", ResultFilter(MONDAY, MONDAY)) == []
    with pytest.raises(ValueError, match="limit 0 is outside 1 to 1000"):
        stores.store.newest("late", EVERYTHING, limit=0)


def test_before__is_the_latest_window_of_the_version_that_has_ended(stores):
    results = [window_result(MONDAY + k * DAY, model_version=version) for k in (0, 1, 5) for version in (1, 2)]
    for result in results:
        stores.store.record(result)

    assert stores.store.before("late", 2, MONDAY + 4 * DAY) == results[3]
    assert stores.store.before("late", 2, MONDAY + 2 * DAY - timedelta(microseconds=1)) == results[1]
    assert stores.store.before("late", 2, MONDAY) is None
    assert stores.store.before("late", 3, MONDAY + 9 * DAY) is None


def test_pending_notices__are_changes_that_nobody_was_notified_of(stores):
    changes = [window_result(MONDAY + k * DAY, severity=Severity.WATCH, changed=True) for k in (1, 3)]
    for result in [*changes[::-1], window_result(MONDAY + 2 * DAY), window_result(model_name="later", changed=True)]:
        stores.store.record(result)
    assert stores.store.pending_notices("late") == [result.decision for result in changes]

    stores.store.mark_notified(changes[0].decision, MONDAY + 9 * DAY)
    stores.store.record(changes[0])

    assert stores.store.pending_notices("late") == [changes[1].decision]


def test_record__another_severity_needs_another_notice(stores):
    first = window_result(severity=Severity.WATCH, changed=True)
    stores.store.record(first)
    stores.store.mark_notified(first.decision, MONDAY + DAY)

    stores.store.record(second := window_result(severity=Severity.RETRAIN, changed=True))

    assert stores.store.pending_notices("late") == [second.decision]


def test_write_policy__keeps_the_moment_of_equal_limits(stores):
    stores.store.write_policy({"budget": 0.05, "minimum_rows": 200}, MONDAY)
    before = stores.rows()

    stores.store.write_policy({"minimum_rows": 200, "budget": 0.05}, MONDAY + DAY)
    assert stores.rows() == before

    stores.store.write_policy({"budget": 0.01, "minimum_rows": 200}, MONDAY + DAY)
    assert stores.rows() != before


def test_record__numbers_that_json_does_not_have_become_none(stores):
    stores.store.record(window_result(state={"x": float("nan"), "y": [float("-inf")]}))

    assert stores.store.newest("late", EVERYTHING)[0].state == {"x": None, "y": [None]}


def test_window_result__refuses_a_time_that_is_not_utc():
    with pytest.raises(ValueError, match="as_of is UTC"):
        window_result(as_of=datetime(2026, 4, 1))  # noqa: DTZ001 - that is what is wrong


@pytest.mark.parametrize("stores", ["SQLite", "PostgreSQL"], indirect=True)
def test_metrics_table__answers_the_query_of_the_predecessor(stores):
    for day, effects in enumerate([(0.5, 0.25), (0.125,)]):
        drift = drift_result(effects=effects)
        stores.store.record(window_result(MONDAY + day * DAY, drift=drift, performance=performance_result()))

    with stores.readers._database.connect("read") as connection:
        query = "SELECT timestamp AS time, column_drift_score AS value FROM monitoring_metrics ORDER BY timestamp"
        rows = connection.exec_driver_sql(query).all()

    assert [(str(time)[:10], value) for time, value in rows] == [("2026-03-31", 0.5), ("2026-04-01", 0.125)]

"""Every query of Grafana's dashboards and alert rules on a real PostgreSQL, as the role that Grafana has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from adapters.sql import ActionLog, MonitoringStore, OutcomeLog, PredictionLog
from delay_core.evaluation import Estimate
from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.performance_result import PerformanceFigures
from delay_core.ports.action_log import ActionKind
from support import grafana, postgres_server
from support.builders import NOON, action, logged_prediction, outcome
from support.monitoring_results import MONDAY, drift_result, performance_result, window_result

DAY = timedelta(days=1)
SINCE, UNTIL = MONDAY - DAY, MONDAY + 9 * DAY
SQL_PANELS = [query for query in grafana.panel_queries() if query.data_source != "delay-prometheus"]
PREDECESSORS = (
    "SELECT timestamp AS time, column_drift_score AS value FROM monitoring_metrics "
    "WHERE $__timeFilter(timestamp) ORDER BY timestamp"
)


@pytest.fixture(autouse=True)
def empty_databases():
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "actions")
    tables = ("metrics", "columns", "performance", "figures", "slices", "decisions", "policy")
    postgres_server.emptied("monitoring", *(f"monitoring_{table}" for table in tables))


@pytest.fixture
def store():
    return MonitoringStore(postgres_server.as_role("monitoring", "monitoring"))


@pytest.fixture
def read():
    """Column names and rows of a query, in the time range of the tests."""
    connections = {
        database: psycopg.connect(postgres_server.server().url(database, "reader"), autocommit=True)
        for database in ("monitoring", "serving")
    }

    def rows_of(query):
        cursor = connections[query.database].execute(grafana.expand_macros(query.text, SINCE, UNTIL))
        return [column.name for column in cursor.description], cursor.fetchall()

    yield rows_of
    for connection in connections.values():
        connection.close()


@pytest.fixture
def read_panel(read):
    def rows_of(title):
        [query] = [query for query in SQL_PANELS if query.name.endswith(f": {title}")]
        return read(query)[1]

    return rows_of


def record_results(store):
    """Two windows: the first without a valid estimate, the second with one and with a page."""
    figures = PerformanceFigures(
        900,
        300,
        {
            metric: Estimate(value=0.5, low=0.25, high=0.75)
            for metric in ("late_rate", "roc_auc", "brier", "log_loss", "savings")
        },
    )
    first = replace(performance_result(), realized=figures, estimated=figures, without_actions=figures)
    second = replace(first, not_estimated=None)
    store.record(window_result(drift=drift_result(), performance=first))
    store.record(
        window_result(
            MONDAY + DAY,
            drift=drift_result(effects=(0.5,)),
            performance=second,
            severity=Severity.RETRAIN,
            reasons=(DecisionReason(ReasonCode.STABLE),),
            changed=True,
        )
    )
    store.write_policy({"false_alarm_budget": 0.05}, MONDAY)


def record_shipments():
    """Five shipments are predicted late; 2 has an outcome, on 3 somebody acted, 4 is then predicted on time."""
    predictions = [logged_prediction(number, late=True, probability=0.5 + number / 10) for number in (1, 2, 3, 4, 5)]
    predictions += [logged_prediction(4, predicted_at=NOON + timedelta(hours=1))]
    serving = postgres_server.as_role("serving", "serving")
    PredictionLog(serving).append(predictions)
    OutcomeLog(serving).append([outcome(2, recorded_at=NOON + DAY)])
    ActionLog(serving).append([action(3), action(5, kind=ActionKind.ACKNOWLEDGED)])


def test_panels__have_no_rows_without_data(read):
    counts = {"Shipments at risk", "Shipments at risk without an action"}
    for query in SQL_PANELS:
        _, rows = read(query)
        assert rows == ([(0,)] if query.name.partition(": ")[2] in counts else []), query.name


def test_panels__have_rows_of_the_types_that_they_draw(read, store):
    record_results(store)
    record_shipments()

    for query in SQL_PANELS:
        columns, rows = read(query)
        assert rows, query.name
        if query.format == "time_series":
            assert columns[0] == "time", query.name
            times = [to_moment(row[0]) for row in rows]
            assert times == sorted(times), query.name
            assert SINCE <= times[0] <= times[-1] <= UNTIL
            labels = [name for name in columns[1:] if isinstance(rows[0][columns.index(name)], str)]
            assert labels in ([], ["metric"]), query.name
            values = [value for row in rows for value in row[1 + len(labels) :]]
            assert values, query.name
            assert all(isinstance(value, int | float) for value in values), query.name


def to_moment(time):
    return time if isinstance(time, datetime) else datetime.fromtimestamp(float(time), UTC)


def test_largest_drift__is_the_query_of_the_predecessor(store, read_panel):
    record_results(store)

    [panel] = [query for query in SQL_PANELS if query.name.endswith(": Largest drift of a column")]
    assert " ".join(panel.text.split()) == PREDECESSORS
    assert read_panel("Largest drift of a column") == [(MONDAY + DAY, 0.3), (MONDAY + 2 * DAY, 0.5)]


def test_figures__leave_out_estimates_that_are_not_valid(store, read_panel):
    record_results(store)

    for title in ("Late rate", "Savings per shipment"):
        parts = {(row[0] - DAY, row[1].rsplit(" ", 1)[1]) for row in read_panel(title)}
        assert (MONDAY, "realized") in parts
        assert {start for start, part in parts if part == "estimated"} == {MONDAY + DAY}


def test_shipments_at_risk__are_predicted_late_and_open(read_panel):
    record_shipments()

    assert read_panel("Shipments at risk") == [(3,)]
    assert read_panel("Shipments at risk without an action") == [(2,)]
    listed = read_panel("Shipments at risk without an action, the riskiest first")
    assert [(row[0], row[1]) for row in listed] == [("S-5", 1.0), ("S-1", 0.6)]


def harmed(read):
    [query] = [query for query in grafana.rule_queries() if query.name == "DelayModelHarmed: A"]
    [threshold] = [part for part in grafana.rules()["DelayModelHarmed"]["data"] if part["refId"] == "C"]
    [limit] = threshold["model"]["conditions"][0]["evaluator"]["params"]
    return {(name, version) for name, version, value in read(query)[1] if value > limit}


def test_model_harmed__fires_for_the_newest_decision_of_versions_that_serve(read, store):
    assert harmed(read) == set()

    store.record(window_result(MONDAY, severity=Severity.WATCH))
    store.record(window_result(MONDAY, model_name="calm", severity=Severity.RETRAIN))
    store.record(window_result(MONDAY + DAY, model_name="calm", severity=Severity.NONE))
    assert harmed(read) == set()

    store.record(window_result(MONDAY + DAY, severity=Severity.RETRAIN))
    assert harmed(read) == {("late", "1")}

    store.record(window_result(MONDAY + 2 * DAY, severity=Severity.ROLL_BACK, rows=0))
    assert harmed(read) == {("late", "1")}, "outcomes arrive while nothing is predicted"

    store.record(window_result(MONDAY + 3 * DAY, model_version=2))
    store.record(window_result(MONDAY + 3 * DAY, severity=Severity.RETRAIN, rows=0))
    assert harmed(read) == set(), "version 1 serves no longer"


def is_stale(read):
    """What the rule's expression is for the model of the tests; None if a side has no data."""
    assert grafana.rules()["DelayMonitoringStale"]["data"][2]["model"]["expression"] == "$A >= $B"
    sides = {query.name[-1]: dict(read(query)[1]) for query in grafana.rule_queries() if "Stale" in query.name}
    return sides["A"]["late"] >= sides["B"]["late"] if all("late" in side for side in sides.values()) else None


def start_of_day(days_ago):
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - days_ago * DAY


def predict(days_ago):
    predicted_at = start_of_day(days_ago) + timedelta(hours=1)
    PredictionLog(postgres_server.as_role("serving", "serving")).append([logged_prediction(predicted_at=predicted_at)])


def test_monitoring_stale__fires_when_a_day_with_predictions_was_not_monitored_a_day_later(read, store):
    assert is_stale(read) is None
    predict(days_ago=9)
    assert is_stale(read) is None, "monitoring has never run"

    store.record(window_result(start_of_day(9)))
    assert is_stale(read) is False, "nothing was predicted since then"

    predict(days_ago=1)
    assert is_stale(read) is False, "its window has just ended"

    predict(days_ago=2)
    assert is_stale(read) is True

    store.record(window_result(start_of_day(2)))
    assert is_stale(read) is False


def test_rules__read_texts_and_one_number_which_grafana_makes_labels_and_a_value_of(read, store):
    record_results(store)
    predict(days_ago=2)

    for query in grafana.rule_queries():
        _, rows = read(query)
        assert rows, query.name
        assert len({row[:-1] for row in rows}) == len(rows), query.name
        for *labels, value in rows:
            assert all(isinstance(label, str) for label in labels), query.name
            assert isinstance(value, float), query.name


@pytest.mark.parametrize(("database", "table"), [("monitoring", "monitoring_decisions"), ("serving", "serving_daily")])
def test_reader__writes_nothing(database, table):
    with psycopg.connect(postgres_server.server().url(database, "reader")) as connection:
        for statement in (f"TRUNCATE {table}", f"ALTER TABLE {table} ADD x int", "CREATE TABLE mine (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()

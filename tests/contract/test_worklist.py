"""Every Worklist: the newest prediction of each shipment without outcome, whatever was logged when, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from math import inf
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delay_core.ports.action_log import ActionKind
from delay_core.ports.worklist import OpenShipments, PromisedField, WorklistFilter, WorklistPosition
from fakes.action_log import ActionLog as FakeActions
from fakes.outcome_log import OutcomeLog as FakeOutcomes
from fakes.prediction_log import PredictionLog as FakeLog
from fakes.prediction_reader import PredictionReader as FakeReader
from fakes.prediction_retention import PredictionRetention as FakeRetention
from fakes.worklist import Worklist as FakeWorklist
from support.builders import NOON, action, logged_prediction, outcome
from support.lazy_module import LazyModule

sql, postgres_server = LazyModule("adapters.sql"), LazyModule("support.postgres_server")
TABLES = ("serving_logs", "serving_daily", "superseded_predictions", "erasures", "outcomes", "actions")
MODEL = "late"
SINCE = NOON - timedelta(days=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@contextmanager
def opened(adapter, folder):
    """Logs and worklist of the service, and the deletions of the operator."""
    with ExitStack() as stack:
        if adapter == "fake":
            log, actions = FakeLog(), FakeActions()
            outcomes = FakeOutcomes(FakeReader(log))
            worklist = FakeWorklist(log, outcomes, actions)
            yield SimpleNamespace(
                log=log, outcomes=outcomes, actions=actions, worklist=worklist, retention=FakeRetention(log)
            )
            return
        if adapter == "PostgreSQL":
            postgres_server.emptied("serving", *TABLES, "open_shipments", "projected_days")
            service, operator = (postgres_server.as_role("serving", role) for role in ("serving", "operator"))
        else:
            service = operator = stack.enter_context(closing(sql.Database(f"sqlite:///{folder}/s.db", "serving")))
        yield SimpleNamespace(
            log=sql.PredictionLog(service),
            outcomes=sql.OutcomeLog(service),
            actions=sql.ActionLog(service),
            worklist=sql.Worklist(service),
            retention=sql.PredictionRetention(operator),
        )


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL"])
def ports(request, tmp_path):
    with opened(request.param, tmp_path) as ports:
        yield ports


def read(ports, since=SINCE, promised=None, now=NOON + HOUR, **conditions):
    """All shipments that meet the conditions, after a refresh."""
    ports.worklist.refresh(MODEL, promised, since, now)
    return page(ports, since, **conditions)


def page(ports, since=SINCE, limit=100, after=None, **conditions):
    return ports.worklist.read(WorklistFilter(MODEL, since, **conditions), limit, 10, after).page


def ids(shipments):
    return [one.shipment_id for one in shipments]


def test_shipments__have_their_newest_prediction_and_come_by_falling_probability(ports):
    old = [logged_prediction(k, probability=0.9, predicted_at=NOON - HOUR) for k in range(3)]
    new = [logged_prediction(k, probability=k / 4, model_version=2, predicted_at=NOON) for k in range(3)]
    ports.log.append(new)
    ports.log.append(old)

    shipments = read(ports)

    assert [one.prediction_id for one in shipments] == [row.prediction_id for row in reversed(new)]
    assert [(one.probability, one.model_version) for one in shipments] == [(0.5, 2), (0.25, 2), (0.0, 2)]
    assert (shipments[0].predicted_at, shipments[0].point) == (new[2].predicted_at, new[2].point)


def test_newer_prediction__replaces_the_older_one_at_the_next_refresh(ports):
    ports.log.append([logged_prediction(1, probability=0.2)])
    assert [one.probability for one in read(ports)] == [0.2]
    ports.log.append([logged_prediction(1, probability=0.7, predicted_at=NOON + timedelta(minutes=5))])
    ports.log.append([logged_prediction(2, probability=0.1, predicted_at=NOON - 3 * HOUR)])  # late, as of an outbox
    assert [one.probability for one in read(ports)] == [0.7, 0.1]


def test_rows_without_shipment_or_probability__and_superseded_ones_do_not_count(ports):
    ports.log.append([logged_prediction(1, probability=0.3)])
    ports.log.append([logged_prediction(1, probability=None, late=None, error="no", predicted_at=NOON + HOUR)])
    ports.log.append([logged_prediction(2, shipment_id=None), logged_prediction(3, model_name="another")])
    ports.log.append_superseded([logged_prediction(4, superseded_by="r-1")])
    assert [(one.shipment_id, one.probability) for one in read(ports)] == [("S-1", 0.3)]


def test_outcome__ends_it_at_once_and_for_later_predictions(ports):
    ports.log.append([logged_prediction(1), logged_prediction(2)])
    read(ports)
    ports.outcomes.append([outcome(1)])
    assert ids(page(ports)) == ["S-2"]
    ports.log.append([logged_prediction(1, predicted_at=NOON + HOUR)])
    ports.worklist.drop_closed(MODEL, SINCE)
    assert ids(read(ports)) == ["S-2"]


def test_last_action__is_the_newest_one(ports):
    ports.log.append([logged_prediction(1), logged_prediction(2)])
    ports.actions.append(
        [action(1, kind=ActionKind.ACKNOWLEDGED), action(1, at=NOON + HOUR, kind=ActionKind.DISMISSED)]
    )
    assert {one.shipment_id: one.last_action for one in read(ports)} == {"S-1": ActionKind.DISMISSED, "S-2": None}
    assert ids(read(ports, last_actions=frozenset({None, ActionKind.ACTED}))) == ["S-2"]
    assert ids(read(ports, last_actions=frozenset({ActionKind.DISMISSED}))) == ["S-1"]
    assert ids(read(ports, last_actions=frozenset())) == []


def test_shipments_without_recent_activity__leave(ports):
    early = {"predicted_at": NOON - 2 * DAY}
    ports.log.append([logged_prediction(1, **early), logged_prediction(2, **early, point=NOON), logged_prediction(3)])
    assert set(ids(read(ports))) == {"S-1", "S-2", "S-3"}
    assert set(ids(read(ports, since=NOON - DAY))) == {"S-2", "S-3"}
    ports.worklist.drop_closed(MODEL, NOON - DAY)
    assert set(ids(read(ports, since=NOON - DAY))) == {"S-2", "S-3"}


def test_erasure_and_retention__remove_shipments(ports):
    ports.log.append([logged_prediction(k) for k in range(3)])
    ports.log.append([logged_prediction(4, predicted_at=NOON - 2 * DAY), logged_prediction(5, predicted_at=NOON - DAY)])
    assert len(read(ports)) == 5
    ports.retention.erase("S-1")
    assert set(ids(read(ports))) == {"S-0", "S-2", "S-4", "S-5"}
    ports.retention.drop_before(NOON - DAY)
    assert set(ids(read(ports))) == {"S-0", "S-2", "S-5"}


def test_erasure__does_not_hide_a_prediction_that_came_late_at_the_same_time(ports):
    """The count of the day is the same after both."""
    ports.log.append([logged_prediction(1), logged_prediction(2, predicted_at=NOON + HOUR)])
    read(ports, now=NOON + 3 * HOUR)
    ports.retention.erase("S-1")
    ports.log.append([logged_prediction(3)])
    assert set(ids(read(ports, now=NOON + 3 * HOUR))) == {"S-2", "S-3"}


def read_dates(texts):
    return [datetime.fromisoformat(text) if text[0] == "2" else None for text in texts]


def test_due_time__is_the_promised_time_or_else_the_prediction_point(ports):
    ports.log.append(
        [
            logged_prediction(1, request_data={"due 'é'": "2026-04-01T10:00Z"}, probability=0.9),
            logged_prediction(2, request_data={"due 'é'": 1775037600000}, point=NOON, probability=0.5),
            logged_prediction(3, request_data={"other": "x"}, point=NOON, probability=0.1),
            logged_prediction(4, request_data={}, point=None, probability=0.0),
        ]
    )
    promised = PromisedField("due 'é'", read_dates)
    assert [one.due_at for one in read(ports, promised=promised)] == [
        datetime(2026, 4, 1, 10, tzinfo=UTC), NOON, NOON, None,
    ]  # fmt: skip
    ports.log.append(
        [logged_prediction(3, request_data={"due 'é'": "2026-05-01T10:00Z"}, predicted_at=NOON + HOUR / 2)]
    )
    assert datetime(2026, 5, 1, 10, tzinfo=UTC) in [one.due_at for one in read(ports, promised=promised)]


def test_plan__has_all_shipments_that_meet_the_conditions_whatever_the_page(ports):
    due = (NOON, NOON - HOUR, None, NOON - 2 * HOUR, NOON - 2 * HOUR)
    ports.log.append([logged_prediction(k, probability=k / 10, point=point) for k, point in enumerate(due)])
    ports.worklist.refresh(MODEL, None, SINCE, NOON + HOUR)
    shipments = ports.worklist.read(WorklistFilter(MODEL, SINCE, below_probability=0.4), limit=1, capacity=3)
    assert (ids(shipments.page), shipments.total) == (["S-3"], 4)
    assert shipments.highest == [0.3, 0.2, 0.1]
    assert sorted(shipments.due_first) == [0.0, 0.1, 0.3]
    assert ports.worklist.read(WorklistFilter("none", SINCE), limit=1, capacity=3) == OpenShipments([], 0, [], [])
    for capacity, last in enumerate((0.4, 0.3, 0.1, 0.0, 0.2), 1):
        assert ports.worklist.read(WorklistFilter(MODEL, SINCE), 1, capacity).due_first.count(last) == 1
        assert last not in ports.worklist.read(WorklistFilter(MODEL, SINCE), 1, capacity - 1).due_first


def test_pages__have_every_shipment_once_also_where_probabilities_are_equal(ports):
    ports.log.append([logged_prediction(k, probability=(0.1, 0.1 + 2**-56, 1 / 3)[k % 3]) for k in range(9)])
    complete, after, pages = read(ports), None, []
    while shipments := page(ports, limit=2, after=after):
        pages += shipments
        after = WorklistPosition(shipments[-1].probability, shipments[-1].prediction_id)
    assert pages == complete
    assert len({one.shipment_id for one in pages}) == 9


def test_filters__are_conditions_of_the_newest_prediction(ports):
    ports.log.append(
        [
            logged_prediction(1, probability=0.2, shipment_id="A_1", point=NOON - HOUR),
            logged_prediction(2, probability=0.6, shipment_id="a_2", point=NOON),
            logged_prediction(3, probability=0.9, shipment_id="AB3", point=None),
        ]
    )
    assert ids(read(ports)) == ["AB3", "a_2", "A_1"]
    assert ids(read(ports, min_probability=0.6)) == ["AB3", "a_2"]
    assert ids(read(ports, below_probability=0.6)) == ["A_1"]
    assert ids(read(ports, min_probability=-inf, below_probability=inf)) == ["AB3", "a_2", "A_1"]
    assert ids(read(ports, model_version=2)) == []
    assert ids(read(ports, point_since=NOON - HOUR, point_until=NOON)) == ["A_1"]
    assert ids(read(ports, shipment_id_prefix="A_")) == ["A_1"]
    assert ids(read(ports, shipment_id_prefix="%")) == []


def test_replicas__refresh_at_the_same_time(ports):
    ports.log.append([logged_prediction(k % 7, predicted_at=NOON + timedelta(seconds=k)) for k in range(50)])
    with ThreadPoolExecutor(3) as pool:
        assert {len(shipments) for shipments in pool.map(lambda _: read(ports), range(6))} == {7}


MINUTES = st.integers(0, 3 * 24 * 60)
PREDICTIONS = st.lists(
    st.tuples(st.integers(0, 4), MINUTES, st.sampled_from([0.1, 0.5, 0.9, None])), min_size=1, max_size=4
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), PREDICTIONS),
        st.tuples(st.just("outcome"), st.integers(0, 4)),
        st.tuples(st.just("act"), st.integers(0, 4)),
        st.tuples(st.just("erase"), st.integers(0, 4)),
        st.tuples(st.just("prune"), MINUTES),
        st.tuples(st.just("refresh"), MINUTES),
        st.tuples(st.just("drop_closed"), MINUTES),
    ),
    min_size=4,
    max_size=14,
)


START = NOON - 3 * DAY
APPLY = {
    "append": lambda ports, rows: ports.log.append(rows),
    "outcome": lambda ports, record: ports.outcomes.append([record]),
    "act": lambda ports, record: ports.actions.append([record]),
    "erase": lambda ports, number: ports.retention.erase(f"S-{number}"),
    "prune": lambda ports, moment: ports.retention.drop_before(moment),
    "refresh": lambda ports, moment: ports.worklist.refresh(MODEL, None, SINCE, moment),
    "drop_closed": lambda ports, _: ports.worklist.drop_closed(MODEL, SINCE),
}


def prepared(kind, value, number):
    """What a step is applied with: the same to both."""
    match kind:
        case "append":
            return [
                logged_prediction(shipment, predicted_at=START + timedelta(minutes=minutes), probability=p, late=None)
                for shipment, minutes, p in value
            ]
        case "outcome":
            return outcome(value)
        case "act":
            return action(value, at=NOON + timedelta(microseconds=number))
        case "erase":
            return value
    return START + timedelta(minutes=value)


@pytest.mark.parametrize("adapter", ["SQLite", "PostgreSQL"])
@settings(max_examples=settings().max_examples // 3)
@given(steps=STEPS)
def test_projection__equals_the_plain_query(adapter, steps, tmp_path_factory):
    with opened("fake", None) as plain, opened(adapter, tmp_path_factory.mktemp("worklist")) as projected:
        for number, (kind, value) in enumerate([*steps, ("refresh", 3 * 24 * 60)]):
            prepared_value = prepared(kind, value, number)
            for ports in (plain, projected):
                APPLY[kind](ports, prepared_value)
            if kind == "refresh":
                conditions = WorklistFilter(MODEL, SINCE)
                assert projected.worklist.read(conditions, 100, 2) == plain.worklist.read(conditions, 100, 2)

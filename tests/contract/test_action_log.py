"""Every ActionLog: actions are kept as they are, each once, until their shipment is erased or they are too old."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest

from delay_core.errors import NewerAction, ReusedActionId
from delay_core.ports.action_log import MAX_NOTE_LENGTH, ActionFilter, ActionKind
from fakes.action_log import ActionLog as FakeLog
from support.builders import NOON, action
from support.lazy_module import LazyModule

outbox, sql = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "through an outbox", "out of an outbox"])
def logs(request, tmp_path):
    """The log of the service, of the operator, and of monitoring."""
    if request.param == "fake":
        log = FakeLog()
        yield SimpleNamespace(log=log, operators=log, monitors=log)
    elif request.param == "PostgreSQL":
        postgres_server.emptied("serving", "actions", "erasures")
        log, operators, monitors = (
            sql.ActionLog(postgres_server.as_role("serving", role)) for role in ("serving", "operator", "monitoring")
        )
        yield SimpleNamespace(log=log, operators=operators, monitors=monitors)
    else:
        with closing(sql.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            log = sql.ActionLog(database)
            if request.param == "SQLite":
                yield SimpleNamespace(log=log, operators=log, monitors=log)
                return
            with closing(outbox.Outbox(tmp_path / "outbox.db", deadline=30)) as box:
                if request.param == "through an outbox":
                    log = outbox.OutboxActionLog(box, log)
                else:
                    log = drained_log.DrainedLog(box, outbox.OutboxActionLog, log)
                yield SimpleNamespace(log=log, operators=log, monitors=log)


def test_append__stores_every_field_exactly_and_each_action_once(logs):
    actions = [action(1, kind=kind, at=NOON + timedelta(microseconds=k)) for k, kind in enumerate(ActionKind)]
    bare = action(2, reason=None, note=None)

    logs.log.append([*actions, bare])
    logs.log.append([actions[1], actions[1], bare])
    logs.log.append([])

    assert logs.log.history("S-1") == actions
    assert logs.log.history("S-2") == [bare]
    assert logs.log.history("S") == []


def test_acted_on__is_when_somebody_first_acted_on_each_shipment(logs):
    logs.log.append(
        [
            action(1, at=NOON + timedelta(hours=2)),
            action(1, at=NOON + timedelta(hours=1)),
            action(1, at=NOON, kind=ActionKind.ACKNOWLEDGED),
            action(2, kind=ActionKind.DISMISSED),
            action(3),
            action(4),
        ]
    )

    shipments = ["S-1", "S-2", "S-3", "S-9", *(f"many {k}" for k in range(2500))]

    assert logs.monitors.acted_on(shipments) == {"S-1": NOON + timedelta(hours=1), "S-3": NOON}
    assert logs.monitors.acted_on([]) == {}


def test_record__adds_an_action_to_the_newest_one_that_the_planner_saw(logs):
    first = action(1, kind=ActionKind.ACKNOWLEDGED)
    second, third = action(1, at=NOON + timedelta(hours=1)), action(1, kind=ActionKind.DISMISSED)

    assert logs.log.record(first, None) == first
    assert logs.log.record(second, first.action_id) == second
    with pytest.raises(NewerAction, match=rf"planner' was first: acted at 2026-03-31 13:00:00 UTC.*{second.action_id}"):
        logs.log.record(third, first.action_id)
    with pytest.raises(NewerAction, match="was first"):
        logs.log.record(third, None)
    with pytest.raises(NewerAction, match="no action on this shipment"):
        logs.log.record(action(2), first.action_id)

    assert logs.log.history("S-1") == [first, second]
    assert logs.log.history("S-2") == []


def test_record__repeated_returns_the_recorded_action_whatever_happened_since(logs):
    first, second = action(1), action(1, kind=ActionKind.DISMISSED, at=NOON + timedelta(hours=1))
    logs.log.record(first, None)
    logs.log.record(second, first.action_id)

    assert logs.log.record(replace(first, at=NOON + timedelta(hours=2), note="again"), None) == first
    for other in (replace(first, shipment_id="S-2"), replace(first, kind=ActionKind.DISMISSED)):
        with pytest.raises(ReusedActionId, match="that of another action"):
            logs.log.record(other, second.action_id)

    assert logs.log.history("S-1") == [first, second]


def test_recorded_action__is_the_newest_even_if_its_clock_is_slow(logs):
    first, second = action(1), action(1, at=NOON - timedelta(hours=1))
    logs.log.record(first, None)

    recorded = logs.log.record(second, first.action_id)

    assert recorded == replace(second, at=NOON + timedelta(microseconds=1))
    assert logs.log.history("S-1") == [first, recorded]


def test_record__of_two_planners_at_once_exactly_one_wins(logs):
    barrier = Barrier(4)

    def act(number):
        barrier.wait()
        try:
            return logs.log.record(action(1, actor=f"planner {number}"), None).actor
        except NewerAction:
            return None

    with ThreadPoolExecutor(4) as pool:
        winners = [actor for actor in pool.map(act, range(4)) if actor]

    assert winners == [one.actor for one in logs.log.history("S-1")]
    assert len(winners) == 1


def test_record__of_what_was_done_before_the_erasure_of_the_shipment_stores_nothing(logs):
    logs.operators.erase("S-1")
    before = action(1)
    assert logs.log.record(before, None) == before
    assert logs.log.history("S-1") == []


def test_newest__is_the_last_action_on_each_shipment(logs):
    logs.log.append([action(1, at=NOON + timedelta(hours=k)) for k in (1, 3, 2)] + [action(2)])
    newest = logs.log.newest(["S-1", "S-2", "S-3", *(f"many {k}" for k in range(1500))])
    assert {shipment: one.at.hour for shipment, one in newest.items()} == {"S-1": 15, "S-2": 12}


def test_pages__have_every_action_that_meets_the_conditions_once_newest_first(logs):
    kinds = list(ActionKind)
    actions = [action(k % 2, at=NOON + timedelta(hours=k // 2), kind=kinds[k % 3]) for k in range(8)]
    logs.log.append(actions)

    def pages(limit, **conditions):
        cursor, actions_read = None, []
        while True:
            page = logs.log.read_page(ActionFilter(**conditions), limit, cursor)
            assert len(page.actions) <= limit
            actions_read += page.actions
            cursor = page.next_cursor
            if cursor is None:
                return actions_read

    newest_first = sorted(actions, key=lambda one: (one.at, one.action_id), reverse=True)
    assert pages(3) == pages(4) == pages(8) == newest_first
    assert pages(2, shipment_id="S-1") == [one for one in newest_first if one.shipment_id == "S-1"]
    assert pages(2, kind=ActionKind.ACTED) == [one for one in newest_first if one.kind is ActionKind.ACTED]
    between = {"since": NOON + timedelta(hours=1), "until": NOON + timedelta(hours=3)}
    assert [one.at.hour for one in pages(3, **between)] == [14, 14, 13, 13]


@pytest.mark.parametrize(("limit", "cursor"), [(0, None), (1001, None), (10, "nothing")])
def test_page__refuses_other_limits_and_cursors(logs, limit, cursor):
    with pytest.raises(ValueError, match=r"limit|cursor"):
        logs.log.read_page(ActionFilter(), limit, cursor)


def test_erase__deletes_the_actions_on_a_shipment_and_is_final_for_what_was_done_before_it(logs):
    later = action(1, at=datetime.now(UTC) + timedelta(hours=1))
    logs.log.append([action(1), action(1, kind=ActionKind.DISMISSED), action(2)])

    assert logs.operators.erase("S-1") == 2
    assert logs.operators.erase("S-1") == 0
    logs.log.append([action(1), action(3), later])

    assert logs.log.history("S-1") == [later]
    assert [len(logs.log.history(shipment)) for shipment in ("S-2", "S-3")] == [1, 1]


def test_drop_before__deletes_older_actions(logs):
    logs.log.append([action(1, at=NOON + timedelta(hours=k)) for k in range(-3, 3)])

    assert logs.operators.drop_before(NOON) == 3

    assert [row.at.hour for row in logs.log.history("S-1")] == [12, 13, 14]


def test_append__replaces_characters_that_databases_refuse(logs):
    logs.log.append([action(shipment_id="a\0b\ud800", actor="\0", reason="\0", note="\ud800")])

    [stored] = logs.log.history("a\0b\ud800")
    texts = (stored.shipment_id, stored.actor, stored.reason, stored.note)
    assert texts == ("a\ufffdb\ufffd", "\ufffd", "\ufffd", "\ufffd")
    assert logs.log.acted_on(["a\0b\ud800"]) == {"a\ufffdb\ufffd": NOON}


def test_action__refuses_times_that_are_not_utc_and_long_texts():
    with pytest.raises(ValueError, match="UTC"):
        action(at=NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match=r"note has 1001 characters; at most 1000"):
        action(note="x" * (MAX_NOTE_LENGTH + 1))
    with pytest.raises(ValueError, match=r"reason has 65 characters; at most 64"):
        action(reason="x" * 65)

"""Every ActionLog: actions are kept as they are, each once, until their shipment is erased or they are too old."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.ports.action_log import MAX_NOTE_LENGTH, ActionKind
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

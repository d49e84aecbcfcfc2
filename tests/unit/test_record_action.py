"""Recording what a planner did: on known, open shipments, once, and on the state that the planner saw."""

from dataclasses import replace
from datetime import timedelta

import pytest

from delay_core.errors import NewerAction, ShipmentResolved, UnknownShipment
from delay_core.ports.action_log import ActionKind
from delay_core.shipment_state import state_after
from delay_core.use_cases.record_action import RecordAction
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import NOON, action, logged_prediction, outcome


@pytest.fixture
def record():
    """With one prediction of the shipment S-1."""
    log = PredictionLog()
    log.append([logged_prediction(1)])
    reader = PredictionReader(log)
    return RecordAction(ActionLog(), OutcomeLog(reader), reader)


def test_actions__move_a_shipment_from_state_to_state(record):
    previous, states = None, []
    for number, kind in enumerate(ActionKind):
        recorded, state = record(action(1, kind=kind, at=NOON + timedelta(hours=number)), previous)
        previous = recorded.action_id
        states.append(state)
    assert states == ["acknowledged", "acting", "dismissed"]
    assert state_after(None) == "open"
    assert state_after(ActionKind.ACTED, resolved=True) == "resolved"


def test_shipment_without_predictions__is_unknown(record):
    with pytest.raises(UnknownShipment, match="no prediction"):
        record(action(2), None)
    assert record.actions.history("S-2") == []


def test_shipment_whose_predictions_retention_deleted__takes_further_actions(record):
    first = action(2)
    record.actions.append([first])
    assert record(action(2, at=NOON + timedelta(hours=1)), first.action_id)[1] == "acting"


def test_shipment_with_an_outcome__takes_no_action_and_repeats_the_recorded_one(record):
    first = action(1)
    record(first, None)
    record.outcomes.append([outcome(1)])

    with pytest.raises(ShipmentResolved, match="outcome of this shipment is known"):
        record(action(1, at=NOON + timedelta(hours=1)), first.action_id)
    assert record(replace(first, at=NOON + timedelta(hours=1)), None) == (first, "resolved")
    assert record.actions.history("S-1") == [first]


def test_planner_who_saw_an_older_state__is_refused(record):
    record(action(1), None)
    with pytest.raises(NewerAction):
        record(action(1), None)

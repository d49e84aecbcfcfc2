"""What the page of a shipment says."""

from datetime import UTC
from itertools import pairwise

import pytest

from entrypoints.api.schemas import ActionKind, Reason
from entrypoints.ui.shipment_view import ShipmentHistory, action_id_of, describe_conflict, describe_costs
from entrypoints.ui.waterfall import MAX_BARS, waterfall
from support import ui_samples

OUTCOME = {"late": True, "known_at": ui_samples.NOW, "recorded_at": ui_samples.NOW, "source": "depot"}
SESSION = ui_samples.prediction_id(7)


@pytest.mark.parametrize(
    ("kinds", "outcome", "state"),
    [
        ([], None, "open"),
        (["acknowledged"], None, "acknowledged"),
        (["acted", "acknowledged"], None, "acting"),
        (["dismissed", "acted"], None, "dismissed"),
        (["acted"], OUTCOME, "resolved"),
    ],
)
def test_state__is_that_of_the_newest_action_or_of_the_outcome(kinds, outcome, state):
    actions = [ui_samples.action("P-1", ActionKind(kind), number) for number, kind in enumerate(kinds)]
    predictions = ui_samples.predictions(2, outcome=outcome).predictions
    assert ShipmentHistory(predictions, actions).state == state


@pytest.mark.parametrize(
    ("kinds", "outcome", "reason"),
    [
        (["acted"], None, "Ann acted on it meanwhile, 2026-03-02 09:00 UTC. Look at what was done, then decide."),
        (["acknowledged"], OUTCOME, "the outcome of the shipment is known meanwhile."),
    ],
)
def test_conflict__says_what_happened_meanwhile(kinds, outcome, reason):
    actions = [ui_samples.action("P-1", ActionKind(kind), number) for number, kind in enumerate(kinds)]
    history = ShipmentHistory(ui_samples.predictions(1, outcome=outcome).predictions, actions)
    assert describe_conflict(history, UTC) == f"Nothing was recorded: {reason}"


def test_history__leaves_out_failed_predictions():
    failed = ui_samples.logged_prediction(1, probability=None, late=None, error="no model")
    history = ShipmentHistory([failed, ui_samples.logged_prediction(2), ui_samples.logged_prediction(3)], [])

    assert history.newest is not None
    assert history.newest.prediction_id == ui_samples.prediction_id(2)
    assert [version for _, _, version in history.probabilities()] == [3, 3]
    assert history.probabilities()[0][0] < history.probabilities()[1][0]


def test_action_id__is_one_for_each_intention():
    seen = ui_samples.action("P-1", ActionKind.ACKNOWLEDGED, 1)
    first = action_id_of(SESSION, "P-1", ActionKind.ACTED, seen)

    assert action_id_of(SESSION, "P-1", ActionKind.ACTED, seen) == first
    others = {
        action_id_of(SESSION, "P-2", ActionKind.ACTED, seen),
        action_id_of(SESSION, "P-1", ActionKind.DISMISSED, seen),
        action_id_of(SESSION, "P-1", ActionKind.ACTED, None),
        action_id_of(ui_samples.prediction_id(8), "P-1", ActionKind.ACTED, seen),
    }
    assert len(others - {first}) == 4


def test_costs__say_which_is_less():
    assert describe_costs(ui_samples.what_if(0.78)).endswith("expected to cost 78 EUR. Acting costs less.")
    state = ui_samples.what_if_state(0.78).model_copy(update={"prediction": 0})
    result = ui_samples.what_if().model_copy(update={"current": state})
    assert describe_costs(result).endswith("Waiting costs less.")


def test_waterfall__adds_up_from_the_base_to_the_probability():
    bars = waterfall(ui_samples.what_if_state(0.78))

    assert [bar.text for bar in bars] == ["50 %", "+21.0", "+9.5", "-2.5", "78 %"]
    assert [bar.kind for bar in bars] == ["total", "later", "later", "sooner", "total"]
    assert all(after.start == pytest.approx(before.end) for before, after in pairwise(bars[:-1]))
    assert bars[-2].end == pytest.approx(bars[-1].end)


def test_waterfall__sums_the_small_reasons():
    points = [Reason(feature=f"column {number}", points=float(number), text="") for number in range(12)]
    state = ui_samples.what_if_state(0.9).model_copy(update={"reasons": points, "base_probability": 0.24})

    bars = waterfall(state)

    assert len(bars) == MAX_BARS + 3
    assert (bars[-2].label, bars[-2].text) == ("4 others", "+6.0")
    assert bars[-2].end == pytest.approx(90)

"""What-if: a logged shipment with other values of actionable columns."""

import pytest

from delay_core.errors import OutdatedShipment, ShipmentValidationError
from delay_core.serving.what_if import predict_changed
from support.changed_shipments import SHIPMENT, waiting_time_predictor

ACTIONABLE = frozenset({"Waiting_Time", "Asset_Utilization"})


@pytest.fixture(scope="module")
def predictor():
    return waiting_time_predictor()


def codes(error):
    return [(violation.field, violation.code.value, violation.row) for violation in error.value.violations]


def test_change__gives_the_prediction_that_the_changed_shipment_would_have(predictor):
    current, changed = predict_changed(predictor, SHIPMENT, {"Waiting_Time": 5}, ACTIONABLE)
    expected = [p.probability for p in predictor.predict([SHIPMENT, SHIPMENT | {"Waiting_Time": 5}])]
    assert [current.probability, changed.probability] == expected
    assert current.probability != changed.probability


def test_reasons__add_up_from_the_base_to_the_probability(predictor):
    for state in predict_changed(predictor, SHIPMENT, {"Waiting_Time": 5}, ACTIONABLE):
        total = state.base_probability + sum(reason.points for reason in state.reasons) / 100
        assert total == pytest.approx(state.probability, abs=1e-9)
        assert 0 < state.base_probability < 1
        assert state.cost_of_acting == pytest.approx(1 - state.probability)
        assert state.cost_of_waiting == pytest.approx(state.probability)


def test_without_changes__there_is_the_present_state_alone(predictor):
    current, changed = predict_changed(predictor, SHIPMENT, {}, ACTIONABLE)
    assert changed is None
    assert current.probability == predictor.predict([SHIPMENT])[0].probability


def test_change_under_an_alias__replaces_the_logged_value(predictor):
    _, by_alias = predict_changed(predictor, SHIPMENT, {"Waiting Time": 5}, ACTIONABLE)
    _, by_name = predict_changed(predictor, SHIPMENT, {"Waiting_Time": 5}, ACTIONABLE)
    assert by_alias == by_name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Traffic_Status": "Clear"}, [("Traffic_Status", "invalid_value", None)]),
        ({"Waiting Tim": 5}, [("Waiting Tim", "unknown_field", None)]),
        ({"Waiting_Time": -1}, [("Waiting_Time", "out_of_range", None)]),
        ({"Waiting_Time": "soon"}, [("Waiting_Time", "not_a_number", None)]),
        ({"Waiting_Time": None}, [("Waiting_Time", "missing", None)]),
        (
            {"Waiting_Time": 5, "Waiting Time": 6},
            [("Waiting_Time", "duplicate_field", None), ("Waiting Time", "duplicate_field", None)],
        ),
    ],
)
def test_wrong_change__is_refused_by_field(predictor, changes, expected):
    with pytest.raises(ShipmentValidationError) as error:
        predict_changed(predictor, SHIPMENT, changes, ACTIONABLE)
    assert codes(error) == expected


def test_field_that_is_not_actionable__is_refused_with_those_that_are(predictor):
    with pytest.raises(ShipmentValidationError, match="can be changed: Asset_Utilization, Waiting_Time"):
        predict_changed(predictor, SHIPMENT, {"Humidity": 5}, ACTIONABLE)


def test_logged_shipment_that_the_present_schema_refuses__is_outdated(predictor):
    older = {**SHIPMENT, "Former_Column": 1, "Humidity": 400}
    with pytest.raises(OutdatedShipment) as error:
        predict_changed(predictor, older, {"Waiting_Time": 5}, ACTIONABLE)
    assert codes(error) == [("Former_Column", "unknown_field", None), ("Humidity", "out_of_range", None)]

"""The state of pages in their URLs."""

import pytest

from entrypoints.ui.links import ShipmentUrl, WorklistUrl


def test_worklist_url__has_what_differs_from_the_defaults():
    url = WorklistUrl(capacity=25, label_set=("late", "cannot tell"), sort="due")

    assert url.to_params() == {"capacity": "25", "label_set": ["late", "cannot tell"], "sort": "due"}
    assert WorklistUrl.from_params(url.to_params()) == url
    assert WorklistUrl().to_params() == {}


def test_url__reads_one_value_where_a_list_is_allowed_and_the_last_one_where_it_is_not():
    assert WorklistUrl.from_params({"state": "dismissed", "capacity": ["3", "4"]}) == WorklistUrl(
        state=("dismissed",), capacity=4
    )


@pytest.mark.parametrize(
    "params", [{"capacity": "many"}, {"capacity": "0"}, {"state": ["lost"]}, {"sort": ""}, {"other": "1"}]
)
def test_invalid_parameters__have_their_defaults_and_keep_the_others(params):
    assert WorklistUrl.from_params({**params, "at_least": "50"}) == WorklistUrl(at_least=50)


def test_shipment_url__keeps_any_id():
    shipment = '=cmd|"<b>& ?#/\n'
    assert ShipmentUrl.from_params(ShipmentUrl(shipment_id=shipment).to_params()).shipment_id == shipment

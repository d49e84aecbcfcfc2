"""The worklist's words and order."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from entrypoints.api.schemas.shipment_schema import CoordinateFields
from entrypoints.api.schemas.worklist import ExpectedSaving
from entrypoints.ui.amounts import format_amount, format_interval, format_points, format_probability
from entrypoints.ui.links import WorklistUrl
from entrypoints.ui.times import format_time, zone_of
from entrypoints.ui.worklist_view import (
    column_widths,
    describe_item,
    filter_count,
    map_points,
    plan_figures,
    plan_ids,
    query_of,
    sort_items,
    table_columns,
)
from support import ui_samples

BERLIN = ZoneInfo("Europe/Berlin")
ITEMS = [ui_samples.worklist_item(number) for number in (1, 2, 10)]


def test_plan_figures__compare_with_none_and_with_due_dates():
    worklist = ui_samples.worklist(capacity=1)
    against_none, against_due_dates = plan_figures(worklist)

    assert against_none.label == "Acting on this 1 shipment saves"
    assert (against_none.value, against_none.detail) == ("70 EUR", "compared with acting on none; 95 %: 49 to 84 EUR")
    assert against_due_dates.value == "28 EUR"
    assert against_due_dates.detail == "by due date: 42 EUR (95 %: 21 to 58.8 EUR)"
    assert plan_ids(worklist) == {"P-1"}


def plan(shipments, due_date=1.0):
    saving = ExpectedSaving(value=due_date, low=due_date, high=due_date)
    worklist = ui_samples.worklist(currency=None)
    update = {"shipments": shipments, "by_due_date": saving}
    return plan_figures(worklist.model_copy(update={"plan": worklist.plan.model_copy(update=update)}))


def test_plan_below_the_capacity__says_why():
    assert plan(10)[0].detail.endswith("needless actions")
    assert plan(3)[0].detail.endswith("Acting on the others costs more than waiting")
    assert (plan(0)[0].label, plan(0)[0].detail) == (
        "No shipment is worth acting on",
        "acting pays above 20 %: no shipment of the list is as likely late",
    )


def test_due_dates_that_cost_more_than_they_save__are_explained():
    assert "costs more than it saves" in plan(10, due_date=-3.0)[1].detail
    assert "costs more" not in plan(10)[1].detail


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("saving", ["P-1", "P-2", "P-10"]),
        ("probability", ["P-1", "P-2", "P-10"]),
        ("due", ["P-10", "P-2", "P-1"]),
        ("shipment", ["P-1", "P-10", "P-2"]),
    ],
)
def test_sort_items__orders_by(sort, order):
    assert [item.shipment_id for item in sort_items(ITEMS, sort)] == order


def test_items_without_a_due_date__are_last():
    items = [ui_samples.worklist_item(1, due_at=None), ui_samples.worklist_item(2)]
    assert [item.shipment_id for item in sort_items(items, "due")] == ["P-2", "P-1"]


def test_table__has_times_of_the_viewer_and_marks_the_plan():
    table = table_columns(ui_samples.worklist(capacity=2), ITEMS, BERLIN)

    assert table["Plan"] == ["act", "act", ""]
    assert table["Due"][0] == "2026-03-03 09:00 (08:00 UTC)"
    assert table["Why"][0].startswith("wait is 95 min")


def test_table__has_no_column_without_values_and_leaves_its_room_to_the_reasons():
    items = [ui_samples.worklist_item(number, due_at=None) for number in (1, 2)]
    table = table_columns(ui_samples.worklist(items), items, BERLIN)

    assert "Due" not in table
    assert column_widths(table)["Why"] > column_widths([*table, "Due"])["Why"] >= 100


def test_query__has_the_filters_of_the_url():
    url = WorklistUrl(capacity=4, at_least=35, shipment_id="P", state=("dismissed",))
    query = query_of(url)
    assert (query.capacity, query.min_probability, query.shipment_id, query.state) == (4, 0.35, "P", ("dismissed",))
    assert filter_count(url) == 3
    assert query_of(WorklistUrl()).min_probability is None


def test_item_in_one_line():
    assert describe_item(ITEMS[0], "EUR", BERLIN) == (
        "90 % late · late · saves 70 EUR · due 2026-03-03 09:00 (08:00 UTC) · open"
    )


def test_map__leaves_out_shipments_without_coordinates():
    items = [*ITEMS, ui_samples.worklist_item(4, shipment={"lat": None, "lon": "x"})]
    fields = CoordinateFields(latitude="lat", longitude="lon")

    assert [point.shipment_id for point in map_points(items, fields)] == ["P-1", "P-2", "P-10"]
    assert map_points(items, None) == []


@pytest.mark.parametrize(
    ("amount", "text"),
    [(1234.5, "1,234 EUR"), (58, "58 EUR"), (0.125, "0.12 EUR"), (-0.001, "0 EUR"), (-20, "-20 EUR")],
)
def test_amounts__have_decimals_where_they_matter(amount, text):
    assert format_amount(amount, "EUR") == text


def test_amounts__without_costs_are_in_needless_actions():
    assert format_amount(2.5, None) == "2.5 needless actions"
    assert format_interval(ExpectedSaving(value=2, low=-1, high=3), None) == "95 %: -1 to 3 needless actions"


def test_probabilities__are_never_certain():
    assert [format_probability(p) for p in (0, 0.001, 0.456, 0.999)] == ["< 1 %", "< 1 %", "46 %", "> 99 %"]
    assert [format_points(points) for points in (9.55, -2.5, 0.01)] == ["+9.6", "-2.5", "0"]


def test_times__have_utc_beside_them_with_its_day_where_that_is_another():
    assert format_time(ui_samples.NOW, BERLIN) == "2026-03-02 10:00 (09:00 UTC)"
    assert (
        format_time(ui_samples.NOW + timedelta(hours=14, minutes=30), BERLIN)
        == "2026-03-03 00:30 (2026-03-02 23:30 UTC)"
    )
    assert format_time(ui_samples.NOW, zone_of(None)) == "2026-03-02 09:00 UTC"


@pytest.mark.parametrize("name", [None, "", "No/Where", "../etc/passwd", "Europe"])
def test_unknown_zone__is_utc(name):
    assert format_time(ui_samples.NOW, zone_of(name)) == "2026-03-02 09:00 UTC"


def test_plan_without_a_currency__has_its_unit_in_the_detail():
    against_none, _ = plan_figures(ui_samples.worklist(items=[ui_samples.worklist_item(1)], currency=None))
    assert (against_none.value, against_none.detail.split()[-2:]) == ("70", ["needless", "actions"])

"""The worklist: the plan, the table, filters in the URL, and every bad state as a sentence."""

import json

import pytest

from support import ui_samples
from support.fake_api import Refusal
from support.ui_page import open_page, problems, texts, visible

PHONE, DESKTOP, CHECKBOX = 358, 820, 33
"""Pixels of the table's width with a window of 390 and of 1280, and of the column that selects a row."""


def test_worklist__shows_the_plan_for_the_capacity(api):
    api.responses["GET /worklist"] = ui_samples.worklist(capacity=3)

    page = open_page("worklist", capacity="3")

    [request] = api.received("GET /worklist")
    assert request.query["capacity"] == ["3"]
    assert [visible(metric.value) for metric in page.metric] == ["192 EUR", "76.8 EUR"]
    assert page.number_input[0].value == 3


def test_table__shows_probability_and_saving_on_a_phone_and_all_up_to_the_state_on_a_desktop(api):
    api.responses["GET /worklist"] = ui_samples.worklist(currency=None)

    [table] = open_page("worklist").dataframe

    configs = json.loads(table.proto.columns)
    columns = list(table.value)
    first, more = columns[:3], columns[:8]
    assert first == ["Plan", "Late", "Saving"]
    assert more[3:] == ["Shipment", "Due", "Label set", "Why", "State"]
    assert CHECKBOX + sum(configs[name]["width"] for name in first) <= PHONE
    assert CHECKBOX + sum(configs[name]["width"] for name in more) <= DESKTOP
    assert "needless actions" in configs["Saving"]["help"]
    assert table.proto.row_height > 64  # else Streamlit shows one line of the reasons


def test_worklist__keeps_filters_and_sort_in_the_url(api):
    page = open_page("worklist", label_set=["late"], sort="due", shipment_id="P-")
    page.slider[0].set_value(40).run()

    assert page.query_params == {"label_set": "late", "sort": "due", "shipment_id": "P-", "at_least": "40"}
    assert api.received("GET /worklist")[-1].query["min_probability"] == ["0.4"]
    assert page.expander[0].proto.expanded  # a filter that is set does not hide the others
    assert list(page.dataframe[0].value["Shipment"])[:2] == ["P-12", "P-11"]


def test_selected_row__shows_why_and_stays_selected_after_a_refresh(api):
    page = open_page("worklist", selected="P-3")

    assert "wait is 95 min: +21 points" in visible(texts(page))
    api.responses["GET /worklist"] = ui_samples.worklist([ui_samples.worklist_item(n) for n in (2, 3)])
    page.number_input[0].set_value(5).run()

    assert page.query_params["selected"] == "P-3"
    assert list(page.dataframe[0].value["Shipment"]) == ["P-2", "P-3"]


@pytest.mark.usefixtures("api")
def test_map__is_drawn_when_the_url_or_a_click_opens_it():
    page = open_page("worklist")
    assert not page.get("vega_lite_chart")

    page.toggle[0].set_value(True).run()

    for drawn in (page, open_page("worklist", map="true")):
        assert len(drawn.get("vega_lite_chart")) == 1
        assert drawn.query_params == {"map": "true"}


def test_empty_worklist__says_what_to_do(api):
    api.responses["GET /worklist"] = ui_samples.worklist([])

    assert "Score shipments" in texts(open_page("worklist"))
    assert "Remove one of them" in texts(open_page("worklist", at_least="90"))


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (Refusal(401), "DELAY_UI__API_KEY"),
        (Refusal(422, "capacity: is too large"), "capacity: is too large"),
        (Refusal(503, "a store is unavailable"), "a store is unavailable"),
    ],
)
def test_refusal__is_a_sentence(api, refusal, sentence):
    api.refusal = refusal
    [problem] = problems(open_page("worklist"))
    assert sentence in visible(problem)


def test_missing_model_and_closed_api__are_sentences(api):
    api.without_model()
    assert "make pipeline" in problems(open_page("worklist"))[0]

    api.refusal, api.closed = None, True
    assert "does not respond" in problems(open_page("worklist"))[0]


def test_slow_api__is_a_sentence(api, monkeypatch):
    monkeypatch.setenv("DELAY_UI__RESPONSE_SECONDS", "0.05")
    api.delay_seconds = 5
    assert "within 0.05 seconds" in visible(problems(open_page("worklist"))[0])


def test_recovered_api__is_shown_after_trying_again(api):
    api.refusal = Refusal(503, "a store is unavailable")
    page = open_page("worklist")
    api.refusal = None

    page.button[0].click().run()

    assert not problems(page)
    assert len(page.dataframe[0].value) == 12

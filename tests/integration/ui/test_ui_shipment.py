"""The page of a shipment: what it says, and that each intention is recorded once."""

import json
from types import SimpleNamespace

import pytest
import streamlit as st

from entrypoints.api.schemas import ActionKind
from support import ui_samples
from support.fake_api import Refusal
from support.ui_page import open_page, problems, texts, visible


def press(page, label):
    [button] = [button for button in page.button if button.label == label]
    return button.click().run()


def enter(page, label, value):
    [field] = [field for field in page.text_input if field.label == label]
    field.set_value(value)


@pytest.fixture
def page(api):  # noqa: ARG001 - the page speaks to it
    return open_page("shipment", shipment_id="P-1")


def test_shipment__says_probability_label_set_costs_and_reasons(page):
    assert not problems(page)
    page_text = visible(texts(page))
    for text in ("78 %", "late", "Acting costs 20 EUR; waiting is expected to cost 78 EUR", "carrier is road"):
        assert text in page_text


def test_action__is_recorded_with_reason_note_and_name(api, page):
    page.sidebar.text_input[0].set_value("Ann").run()
    page.selectbox[0].set_value("expedited")
    enter(page, "Note", "called <b>the</b> carrier")
    press(page, "Act")

    [action] = api.actions
    assert (action.kind, action.actor, action.reason, action.note) == (
        "acted",
        "Ann",
        "expedited",
        "called <b>the</b> carrier",
    )
    assert "Recorded: acted." in texts(page)
    assert "called <b>the</b> carrier" in [text.value for text in page.text]


def test_repeated_click__has_the_same_action_id(api, page):
    api.responses["POST /actions"] = Refusal(503, "a store is unavailable")
    press(page, "Acknowledge")
    press(page, "Acknowledge")
    press(page, "Dismiss")

    bodies = [json.loads(request.body) for request in api.received("POST /actions")]
    first, second, other = (body["action_id"] for body in bodies)
    assert first == second != other


def test_trying_again__sends_the_same_action(api, page):
    record = api.responses["POST /actions"]
    api.responses["POST /actions"] = Refusal(503, "a store is unavailable")
    enter(page, "Note", "called the carrier")
    press(page, "Act")
    api.responses["POST /actions"] = record

    press(page, "Try again")

    first, second = (json.loads(request.body) for request in api.received("POST /actions"))
    assert first == second
    assert "Recorded: acted." in texts(page)


def test_rerun__posts_nothing(api, page):
    press(page, "Acknowledge")
    page.run()
    page.run()
    assert len(api.received("POST /actions")) == 1


def test_action_of_another_planner__is_told_and_shown(api, page):
    api.actions.append(ui_samples.action("P-1", ActionKind.ACKNOWLEDGED, 42))

    press(page, "Act")

    [problem] = problems(page)
    assert "Ann acknowledged it meanwhile, 2026-03-02 09:42 UTC. Look at what was done" in visible(problem)
    assert "Ann acknowledged it" in visible(texts(page))
    assert len(api.actions) == 1
    press(page, "Act")
    assert [action.kind for action in api.actions] == ["acknowledged", "acted"]


def test_outcome__resolves_the_shipment(api):
    outcome = {"late": True, "known_at": ui_samples.NOW, "recorded_at": ui_samples.NOW, "source": "depot"}
    api.responses["GET /predictions"] = ui_samples.predictions(2, outcome=outcome)

    page = open_page("shipment", shipment_id="P-1")

    assert "It came late" in texts(page)
    assert "Act" not in [button.label for button in page.button]


def test_missing_model__leaves_history_and_actions(api):
    api.responses["POST /what-if"] = Refusal(503, "the model is not loaded")
    api.responses["GET /health"] = ui_samples.health(model_loaded=False)

    page = open_page("shipment", shipment_id="P-1")

    assert "make pipeline" in problems(page)[0]
    press(page, "Acknowledge")
    assert len(api.actions) == 1


@pytest.mark.usefixtures("api")
def test_page_without_shipment__asks_for_one():
    page = open_page("shipment")
    enter(page, "Shipment id", "P-7")
    press(page, "Open")
    assert page.query_params == {"shipment_id": "P-7"}


def test_unknown_shipment__says_so(api):
    api.responses["GET /predictions"] = ui_samples.predictions(0)
    assert "No prediction of a shipment with this id" in texts(open_page("shipment", shipment_id="X"))


@pytest.mark.parametrize("refusal", [Refusal(401), Refusal(422, "no"), Refusal(503, "away")])
def test_refusal__is_a_sentence(api, refusal):
    api.refusal = refusal
    assert len(problems(open_page("shipment", shipment_id="P-1"))) == 1


def test_what_if__offers_actionable_fields_and_shows_both_probabilities(api, page):
    assert [field.label for field in page.number_input] == ["load (kg)"]
    page.number_input[0].set_value(80)
    press(page, "Compare")

    assert json.loads(api.received("POST /what-if")[-2].body)["changes"] == {"load": 80}
    assert ("Changed", "31 %") in [(metric.label, visible(metric.value)) for metric in page.metric]
    assert "31 EUR instead of 78 EUR: 47 EUR less" in visible(texts(page))
    assert not api.actions


def test_what_if__is_in_the_url_which_shows_the_same_to_another_planner(api, page):
    page.number_input[0].set_value(80)
    [carrier] = [field for field in page.selectbox if field.label == "carrier"]
    carrier.set_value("rail")
    press(page, "Compare")
    url = {name: values[0] if isinstance(values, list) else values for name, values in page.query_params.items()}
    assert json.loads(url["what_if"]) == {"carrier": "rail", "load": 80}

    opened = open_page("shipment", **url)

    assert opened.number_input[0].value == 80
    assert ("Changed", "31 %") in [(metric.label, visible(metric.value)) for metric in opened.metric]
    assert json.loads(api.received("POST /what-if")[-1].body)["changes"] == {"carrier": "rail", "load": 80}


def test_what_if__ignores_a_url_that_somebody_has_broken(api):
    entries = '{"load":"many","carrier":"ship","parcel":"P-2"}'
    assert not problems(open_page("shipment", shipment_id="P-1", what_if=entries))
    assert not any(json.loads(request.body).get("changes") for request in api.received("POST /what-if"))


def test_what_if__marks_the_field_that_the_api_refuses(api, page):
    error = {"field": "load", "code": "out_of_range", "message": "must be at most 500"}
    api.responses["POST /what-if"] = lambda request: (
        Refusal(422, "load: must be at most 500", (error,))
        if json.loads(request.body).get("changes")
        else ui_samples.what_if()
    )
    page.number_input[0].set_value(900)
    press(page, "Compare")

    assert [visible(problem) for problem in problems(page)] == ["load: must be at most 500"]


def test_what_if__asks_again_after_a_failure(api, page):
    compare = api.responses["POST /what-if"]
    api.responses["POST /what-if"] = lambda request: (
        Refusal(503, "a store is unavailable") if json.loads(request.body).get("changes") else ui_samples.what_if()
    )
    page.number_input[0].set_value(80)
    press(page, "Compare")
    assert "a store is unavailable" in visible(problems(page)[0])
    api.responses["POST /what-if"] = compare

    press(page, "Try again")

    assert not problems(page)
    assert ("Changed", "31 %") in [(metric.label, visible(metric.value)) for metric in page.metric]


def test_what_if__without_actionable_fields_says_why(api):
    fields = [field.model_copy(update={"actionable": False}) for field in ui_samples.parcels().fields]
    api.responses["GET /schema"] = ui_samples.parcels().model_copy(update={"fields": fields})

    assert "actionable: true" in visible(texts(open_page("shipment", shipment_id="P-1")))


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(("theme", "color"), [("light", "#0f1318"), ("dark", "#eef1f5")])
def test_points_beside_the_bars__are_readable_in_the_theme(monkeypatch, theme, color):
    monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=theme), timezone="UTC"))

    chart = open_page("shipment", shipment_id="P-1").get("vega_lite_chart")[0]

    [points] = [layer["mark"] for layer in json.loads(chart.proto.spec)["layer"] if layer["mark"]["type"] == "text"]
    assert points["color"] == color

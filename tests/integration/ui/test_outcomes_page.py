"""Outcomes: one is recorded once, and every row of a file is accounted for."""

import json

import pytest

from support import ui_samples
from support.fake_api import Refusal
from support.ui_page import open_page, problems, texts, visible

pytestmark = pytest.mark.usefixtures("files_read_here")


def enter(page, shipment="007", late="late"):
    page.text_input(key="outcome_id").set_value(shipment)
    page.radio(key="outcome_late").set_value(late)
    return page.button[0].click().run()


def test_outcome__is_recorded_once_however_often_the_button_is_clicked(api):
    page = enter(open_page("outcomes"))
    page.button[0].click().run()

    [request] = api.received("POST /outcomes")
    [outcome] = json.loads(request.body)["data"]
    assert (outcome["shipment_id"], outcome["late"]) == ("007", True)
    assert outcome["known_at"].endswith("Z")
    assert "Recorded: 007 was late." in visible(texts(page))
    enter(page, late="on time")
    assert len(api.received("POST /outcomes")) == 2


def test_recorded_outcome__is_shown_for_its_shipment_alone(api):
    page = enter(open_page("outcomes"))
    page.session_state["outcome_id"] = "008"  # as a link from another shipment enters it
    page.run()

    assert "Recorded" not in visible(texts(page))
    assert len(api.received("POST /outcomes")) == 1


@pytest.mark.parametrize("label", ["Record", "Try again"])
def test_attempt_after_a_failure__is_the_same_report(api, label):
    record = api.responses["POST /outcomes"]
    api.responses["POST /outcomes"] = Refusal(503, "a store is unavailable")
    page = enter(open_page("outcomes"))
    page.run()
    api.responses["POST /outcomes"] = record
    [button] = [button for button in page.button if button.label == label]
    button.click().run()

    first, second = (json.loads(request.body) for request in api.received("POST /outcomes"))
    assert first == second
    assert "Recorded: 007 was late." in visible(texts(page))


def test_link_from_a_shipment__enters_its_id(api):
    page = open_page("outcomes", shipment_id="P-3")
    page.radio(key="outcome_late").set_value("on time")
    page.button[0].click().run()

    [request] = api.received("POST /outcomes")
    assert json.loads(request.body)["data"][0]["shipment_id"] == "P-3"


def test_outcome__is_no_longer_on_a_worklist_that_was_read_before(api):
    open_page("worklist")
    enter(open_page("outcomes"))
    open_page("worklist")

    assert len(api.received("GET /worklist")) == 2


@pytest.mark.usefixtures("api")
def test_link__opens_a_tab_and_names_the_kind_of_id():
    page = open_page("outcomes", tab="A file", by="Prediction id")

    assert page.radio(key="by").value == "Prediction id"
    assert page.session_state["tab"] == "A file"


def test_outcome__of_a_prediction_has_its_id(api):
    page = open_page("outcomes")
    page.radio(key="by").set_value("Prediction id")
    enter(page, str(ui_samples.prediction_id(7)))
    enter(page, "P-1")

    [request] = api.received("POST /outcomes")
    assert json.loads(request.body)["data"][0]["prediction_id"] == str(ui_samples.prediction_id(7))
    assert "P-1 is no prediction id" in visible(problems(page)[0])


def test_outcome_that_the_api_refuses__is_a_sentence(api):
    api.responses["POST /outcomes"] = Refusal(422, "known_at: lies in the future", errors=({"field": "known_at"},))
    assert "lies in the future" in visible(problems(enter(open_page("outcomes")))[0])
    assert "Enter an id" in problems(enter(open_page("outcomes"), shipment=" "))[0]


def test_file__is_accounted_for_and_sent_once(api):
    unknown = str(ui_samples.prediction_id(9))

    def record(request):
        data = json.loads(request.body)["data"]
        wrong = [number for number, outcome in enumerate(data, 1) if outcome.get("prediction_id") == unknown]
        if wrong:
            errors = tuple({"field": "prediction_id", "message": "unknown", "shipment": number} for number in wrong)
            return Refusal(404, "unknown", errors=errors)
        return {"recorded": len(data), "shipment_id": ["x"] * len(data)}

    api.responses["POST /outcomes"] = lambda request: (
        json.dumps(response).encode() if isinstance(response := record(request), dict) else response
    )
    lines = ["shipment_id,prediction_id,late,known_at", "007,,yes,2026-01-01", "8,,,", "9,,maybe,", f",{unknown},no,"]
    page = open_page("outcomes")
    page.file_uploader(key="outcomes_file").upload("outcomes.csv", "\n".join(lines).encode()).run()
    page.button(key="outcomes_sent_button").click().run()
    page.run()

    assert "4 rows = 1 recorded + 2 in quarantine + 1 without an outcome yet" in texts(page)
    assert page.dataframe[0].value[["row", "field"]].to_numpy().tolist() == [[3, "late"], [4, "prediction_id"]]
    assert [len(json.loads(request.body)["data"]) for request in api.received("POST /outcomes")] == [2, 1]


@pytest.mark.usefixtures("api")
def test_file_without_the_columns__says_which_it_needs():
    page = open_page("outcomes")
    page.file_uploader(key="outcomes_file").upload("outcomes.csv", b"id,late\n1,yes\n").run()
    assert "needs a column shipment_id" in visible(problems(page)[0])

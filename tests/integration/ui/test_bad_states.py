"""Every page when something is wrong: a sentence that says what to do, never a traceback."""

import pytest

from support import ui_samples
from support.fake_api import Refusal
from support.ui_page import open_page, problems, visible

PAGES = ["worklist", "shipment", "score", "outcomes", "reliability", "model", "your-table"]
PARAMS = {"shipment": {"shipment_id": "P-1"}}
WITHOUT_API = {"your-table"}
"""Pages that ask the API nothing before somebody acts."""


def away(api):
    api.closed = True


def slow(api):
    api.delay_seconds = 5


def refused(status, **values):
    def set_state(api):
        api.refusal = Refusal(status, "a reason of the API", **values)

    return set_state


def without_model(api):
    api.without_model()


def another_program(api):
    for operation in api.responses:
        api.responses[operation] = b"<html>"


STATES = {
    "away": (away, "does not respond"),
    "slow": (slow, "did not respond within"),
    "401": (refused(401), "DELAY_UI__API_KEY"),
    "422": (refused(422), "a reason of the API"),
    "503": (refused(503, retry_after=7), "again in 7 seconds"),
    "no model": (without_model, "make pipeline"),
    "another program": (another_program, "does not understand"),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_page__says_what_to_do(api, monkeypatch, state, name):
    set_state, sentence = STATES[state]
    set_state(api)
    if state == "slow":
        monkeypatch.setenv("DELAY_UI__RESPONSE_SECONDS", "0.01")

    page = open_page(name, **PARAMS.get(name, {}))

    sentences = [visible(problem) for problem in problems(page)]
    assert name in WITHOUT_API or any(sentence in problem for problem in sentences)
    assert not any(mark in problem for problem in sentences for mark in ("Traceback", "Error(", "None"))


@pytest.mark.parametrize("name", PAGES)
def test_empty_database__is_no_problem(api, name):
    api.responses |= {
        "GET /worklist": ui_samples.worklist([]),
        "GET /predictions": ui_samples.predictions(0),
        "GET /reliability": ui_samples.reliability().model_copy(update={"weeks": [], "bands": []}),
        "GET /models": ui_samples.models().model_copy(
            update={"versions": [], "decisions": [], "calibration": [], "card": None, "serving_version": None}
        ),
    }

    page = open_page(name, **PARAMS.get(name, {}))

    assert problems(page) == []

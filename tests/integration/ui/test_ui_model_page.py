"""The page Model."""

from datetime import timedelta

import pytest

from entrypoints.api.schemas import OutcomesSummary, RecalibrationSummary
from support import ui_samples
from support.fake_api import Refusal
from support.ui_page import open_page, problems, texts, visible


def test_page__shows_figures_decision_and_card(api):
    windows = [ui_samples.monitoring_window(number) for number in (1, 2, 3)]
    api.responses["GET /monitoring"] = ui_samples.monitoring(*windows)

    page = open_page("model")

    assert not problems(page)
    text = texts(page)
    assert "Version: 3" in text
    assert "Kind of model: random forest." in visible(text)
    assert "columns differ from the training" in text
    assert "It predicts late parcels." in text
    assert [frame.value.iloc[0, 0] for frame in page.dataframe] == ["ROC-AUC", "2026-03-01 09:00", "3"]


def test_no_model_yet__says_how_to_get_one_and_shows_the_decisions(api):
    api.responses["GET /models"] = ui_samples.models().model_copy(
        update={"serving_version": None, "serving_since": None, "card": None, "calibration": []}
    )

    page = open_page("model")

    assert not problems(page)
    assert "No model serves yet" in texts(page)
    assert "Decisions about versions" in texts(page)
    assert not api.received("GET /model/metadata")


def test_recalibrated_version__says_which_outcomes_it_follows_and_that_the_figures_are_older(api):
    outcomes = OutcomesSummary(
        outcomes=1200, known_from=ui_samples.NOW - timedelta(days=30), known_until=ui_samples.NOW
    )
    recalibration = RecalibrationSummary(**outcomes.model_dump(), base_version=2, calibrator_outcomes=outcomes)
    api.responses["GET /model/metadata"] = ui_samples.metadata().model_copy(update={"recalibration": recalibration})

    page = open_page("model")

    assert not problems(page)
    text = visible(texts(page))
    assert "It is version 2, recalibrated: its probabilities and label sets follow 1,200 outcomes" in text
    assert "They were measured before the recalibration" in text
    assert "Before the recalibration." in text


@pytest.mark.usefixtures("api")
def test_no_windows__say_how_to_monitor():
    assert "Nothing was monitored yet" in texts(open_page("model"))


def test_monitoring_away__leaves_the_rest_of_the_page(api):
    api.responses["GET /monitoring"] = Refusal(503, "the database does not respond", retry_after=5)

    page = open_page("model")

    assert "the database does not respond" in problems(page)[0]
    assert "It predicts late parcels." in texts(page)


def test_registry_away__is_said_above_what_is_known(api):
    problem = "MLflow does not respond"
    api.responses["GET /models"] = ui_samples.models().model_copy(update={"registry_problem": problem})

    page = open_page("model")

    assert [visible(warning.value) for warning in page.warning] == [problem]
    assert "It predicts late parcels." in texts(page)


def test_texts_of_the_schema__are_shown_as_text(api):
    window = ui_samples.monitoring_window(1, reasons=[{"code": "stable", "params": {}, "text": "**x** :red[y] <b>"}])
    api.responses["GET /monitoring"] = ui_samples.monitoring(window)
    api.responses["GET /models"] = ui_samples.models().model_copy(update={"model_name": "m" * 1000, "card": "$x$ :red"})

    page = open_page("model")

    assert not problems(page)
    assert r"\*\*x\*\*" in texts(page)
    assert r"\$x\$" in texts(page)

"""The page "How right were we"."""

from support import ui_samples
from support.ui_page import open_page, problems, texts


def test_page__shows_a_band_and_writes_it_into_its_url(api):
    page = open_page("reliability", weeks="4", band="30")

    assert not problems(page)
    assert "Of 120 shipments predicted to be late with 30 to 40 %" in texts(page)
    assert [request.query["weeks"] for request in api.received("GET /reliability")] == [["4"]]
    page.selectbox[1].select(80).run()
    assert "predicted to be late with 80 to 90 %" in texts(page)
    assert (page.query_params["weeks"], page.query_params["band"]) == ("4", "80")


def test_few_outcomes__are_words(api):
    api.responses["GET /reliability"] = ui_samples.reliability(weekly_outcomes=5)

    page = open_page("reliability")

    assert not problems(page)
    assert "fewer than 30 known outcomes: no figure" in texts(page)
    assert "3 are of shipments that somebody acted on" in texts(page)


def test_no_outcomes__are_a_sentence_that_says_where_they_come_from(api):
    api.responses["GET /reliability"] = ui_samples.reliability(weeks=[], bands=[])

    assert "Outcomes come from" in texts(open_page("reliability"))

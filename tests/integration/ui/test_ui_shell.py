"""Navigation, and the sentences for failed requests."""

import pytest

from support.ui_page import open_page, problems, texts

PAGES = {
    "worklist": "Worklist",
    "shipment": "Shipment",
    "score": "Score",
    "outcomes": "Outcomes",
    "reliability": "How right were we",
    "model": "Model",
    "your-table": "Your table",
}


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("name", PAGES)
def test_every_page__is_shown_under_its_name(name):
    page = open_page(name)

    assert not problems(page)
    assert PAGES[name] in texts(page)

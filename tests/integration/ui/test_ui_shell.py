"""Navigation, and the sentences for failed requests."""

import pytest
from streamlit.testing.v1 import AppTest

from support.ui_page import RUN_SECONDS, open_page, problems, texts

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


@pytest.mark.usefixtures("api")
def test_configured_login__comes_before_every_page():
    page = AppTest.from_string("from entrypoints.ui.app import run\nrun('shipment')", default_timeout=RUN_SECONDS)
    page.secrets["auth"] = {"client_id": "planner"}
    page.run()

    assert not problems(page)
    assert [button.label for button in page.button] == ["Log in"]
    assert "Shipment" not in texts(page)

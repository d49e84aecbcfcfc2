"""A planner in a real browser: worklist, shipment, what-if, action; a double click, and no other host."""

import re

import pytest
from playwright.sync_api import expect

from support.fake_api import FakeApi
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

DESKTOP = {"width": 1280, "height": 900}
HOSTILE = "<b>bold</b> **strong** :material/home: www.example.com [a](http://b.c) $x$"


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """The API's stand-in, the user interface, and a browser."""
    log = tmp_path_factory.mktemp("planner") / "ui.log"
    with FakeApi() as api, UiServer.start(api.url, log) as ui, open_browser() as browser:
        yield api, ui, browser


@pytest.fixture
def api(product):
    api = product[0]
    api.actions.clear()
    api.requests.clear()
    return api


@pytest.fixture
def page(product):
    """A page in Berlin, which records the addresses of other hosts that it calls."""
    _, ui, browser = product
    with browser.new_context(base_url=ui.url, timezone_id="Europe/Berlin", viewport=DESKTOP) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.foreign = []
        page.on("request", lambda sent: ui.url in sent.url or page.foreign.append(sent.url))
        yield page


def test_planner__goes_from_the_worklist_to_a_recorded_action(page, api):
    page.goto("/?selected=P-1")
    page.get_by_role("link", name="Open the shipment").click()
    expect(page).to_have_url(re.compile("/shipment.*shipment_id=P-1"))
    expect(page.get_by_text("Acting costs 20 EUR; waiting is expected to cost 78 EUR")).to_be_visible()

    page.get_by_role("spinbutton", name="load (kg)").fill("80")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Waiting is expected to cost 31 EUR instead of 78 EUR")).to_be_visible()

    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.get_by_role("textbox", name="Your name").press("Enter")
    expect(page.get_by_text("Recorded as Ann.")).to_be_visible()
    page.get_by_role("textbox", name="Note").fill(HOSTILE)
    page.get_by_role("button", name="Acknowledge").dblclick()
    expect(page.get_by_text("Recorded: acknowledged.")).to_be_visible()
    expect(page.get_by_text(HOSTILE, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    [action] = api.actions
    assert (action.actor, action.note) == ("Ann", HOSTILE)
    assert page.foreign == []

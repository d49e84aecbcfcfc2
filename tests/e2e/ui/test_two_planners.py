"""Two planners in two browsers, and a user interface that is killed: no action is lost, none is recorded twice."""

import re

import pytest
from playwright.sync_api import expect

from support.api_server import NOWHERE, ApiServer
from support.serving_log import drained
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

RECORDED, REFUSED = "Recorded: acted.", "Nothing was recorded"


@pytest.fixture(scope="module")
def product(registered, tmp_path_factory):
    """The real API on SQLite with two shipments, the user interface, and a browser."""
    folder = tmp_path_factory.mktemp("two-planners")
    with (
        ApiServer.start(registered.copy(folder).data, MLFLOW_TRACKING_URI=NOWHERE) as api,
        UiServer.start(api.url, folder / "ui.log") as ui,
        open_browser() as browser,
    ):
        response = api.post("/predict", {"data": registered.records[:2]})
        assert response.status == 200, response.body
        drained(api)
        yield api, ui, browser, response.json()["shipment_id"]


def open_shipment(browser, ui, shipment_id, name):
    """The page of the shipment in a browser of its own, by a planner of this name."""
    page = browser.new_context(base_url=ui.url).new_page()
    page.set_default_timeout(WAIT_SECONDS * 1000)
    page.goto(f"/shipment?shipment_id={shipment_id}")
    enter_name(page, name)
    return page


def enter_name(page, name):
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("textbox", name="Your name").press("Enter")
    expect(page.get_by_text(f"Recorded as {name}.")).to_be_visible()
    expect(page.get_by_role("button", name="Act", exact=True)).to_be_enabled()


def actions_of(api, shipment_id):
    return api.get(f"/actions?shipment_id={shipment_id}").json()["actions"]


def test_two_planners_at_once__one_acts_and_the_other_is_told(product):
    api, ui, browser, (shipment_id, _) = product
    pages = [open_shipment(browser, ui, shipment_id, name) for name in ("Ann", "Ben")]

    for page in pages:
        page.get_by_role("button", name="Act", exact=True).click(no_wait_after=True)

    results = []
    for page in pages:
        result = page.get_by_text(re.compile(f"{RECORDED}|{REFUSED}"))
        expect(result).to_be_visible()
        results.append(result.inner_text())
        expect(page.get_by_test_id("stMetric").filter(has_text="State")).to_contain_text("acting")
    [action] = actions_of(api, shipment_id)
    loser = next(result for result in results if REFUSED in result)
    assert sum(RECORDED in result for result in results) == 1
    assert f"{action['actor']} acted on it meanwhile" in loser


def test_killed_user_interface__has_the_action_after_its_restart_and_sends_nothing_again(product):
    api, ui, browser, (_, shipment_id) = product
    page = open_shipment(browser, ui, shipment_id, "Ann")
    page.get_by_role("button", name="Act", exact=True).click()
    expect(page.get_by_text(RECORDED)).to_be_visible()

    connection = page.locator("[data-test-connection-state]")
    ui.kill()
    expect(connection).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    ui.restart()
    ui.wait_until_ready("/_stcore/health")
    expect(connection).to_have_attribute("data-test-connection-state", "CONNECTED")
    # The session of the page has ended with the process: the next entry draws the page in a new one.
    page.get_by_role("textbox", name="Your name").fill("Ben")
    page.get_by_role("textbox", name="Your name").press("Enter")
    expect(page.get_by_text(RECORDED)).to_have_count(0)
    expect(page.get_by_text("Ann acted on it").first).to_be_visible()
    assert [action["kind"] for action in actions_of(api, shipment_id)] == ["acted"]

    enter_name(page, "Ben")
    page.get_by_role("button", name="Dismiss", exact=True).click()
    expect(page.get_by_text("Recorded: dismissed.")).to_be_visible()
    assert [action["kind"] for action in actions_of(api, shipment_id)] == ["dismissed", "acted"]

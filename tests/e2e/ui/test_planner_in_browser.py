"""A planner in a real browser: worklist, shipment, what-if, action; a double click, no other host, accessible pages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.fake_api import FakeApi
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = ("/?map=true", "/shipment?shipment_id=P-1", "/score", "/outcomes", "/reliability", "/model", "/your-table")
FIRST_ROW = {"x": 18, "y": 52}
"""The box that selects the first row, in pixels from the corner of the table."""
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


@pytest.mark.usefixtures("api")
def test_link__shows_the_same_worklist_after_a_reload(page):
    page.goto("/?capacity=3&sort=due&at_least=30&selected=P-2")
    for _ in range(2):
        expect(page.get_by_text("P-2 84 % late")).to_be_visible()
        expect(page.get_by_role("spinbutton", name="I can act on this many shipments today")).to_have_value("3")
        expect(page.get_by_role("radio", name="Due date")).to_be_checked()
        page.reload()
    page.goto("/worklist?capacity=3")
    expect(page).to_have_url(re.compile(r"/\?capacity=3"))
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()


@pytest.mark.usefixtures("api")
def test_selected_row__stays_with_its_shipment_when_the_order_changes(page):
    def select_first_row():
        page.get_by_test_id("stDataFrame").click(position=FIRST_ROW)

    page.goto("/?sort=shipment")
    order = page.get_by_role("radiogroup", name="Order")
    order.get_by_text("Due date").click()  # without a selection, the table remains
    expect(page).to_have_url(re.compile("sort=due"))
    select_first_row()
    expect(page).to_have_url(re.compile("selected=P-12"))
    order.get_by_text("Expected saving").click()  # P-12 is the last row of this order
    expect(page).not_to_have_url(re.compile("sort"))
    expect(page.get_by_text("P-12 24 % late")).to_be_visible()
    select_first_row()
    expect(page).to_have_url(re.compile("selected=P-1$"))
    expect(page.get_by_text("P-1 90 % late")).to_be_visible()


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("path", ["/score", "/outcomes"])
def test_link__opens_the_tab_that_was_open(page, path):
    page.goto(path)
    page.get_by_role("tab", name="A file").click()
    expect(page).to_have_url(re.compile(r"tab=A(\+|%20)file"))
    page.goto(page.url)
    expect(page.get_by_role("tab", name="A file")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="One shipment").click()
    expect(page).not_to_have_url(re.compile("tab="))


@pytest.mark.usefixtures("api")
def test_link__names_the_kind_of_id_of_an_outcome(page):
    page.goto("/outcomes")
    page.get_by_role("radio", name="Prediction id").check(force=True)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page).to_have_url(re.compile(r"by=Prediction(\+|%20)id"))
    page.goto(page.url)
    expect(page.get_by_role("radio", name="Prediction id")).to_be_checked()


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("path", PAGES)
def test_page__has_no_serious_violation_of_accessibility(page, path):
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    app = page.get_by_test_id("stApp")
    violations = []
    for viewport, scheme in ((DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "dark"), (PHONE, "light")):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        expect(app).to_have_css("color-scheme", scheme)
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        violations += [
            (scheme, viewport["width"], rule["id"], [node["html"][:200] for node in rule["nodes"]])
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        overflow = page.get_by_test_id("stMain").evaluate("it => it.scrollWidth - it.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} pixels wider than a screen of {viewport['width']}"
    assert violations == []

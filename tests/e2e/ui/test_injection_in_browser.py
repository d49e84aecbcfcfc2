"""Ids, notes and texts of others in a real browser: shown as they are, and no formula in a download."""

import csv
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from support import ui_samples
from support.fake_api import FakeApi, answers
from support.hostile_samples import HOSTILE, respond_with
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

PAGES = ("/", "/shipment?shipment_id=P-1", "/score", "/outcomes", "/reliability", "/model")
ADDRESSES = "<b>b</b> a@b.cd www.example.com https://x.yz :streamlit: ::streamlit: :red[x] a->b 10:42:11 :heart:"
FORMULA = "=cmd|' /C calc'!A0"
COLUMNS = b"parcel,ready_at,carrier,load,wait,lat,lon\n"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def api():
    with FakeApi() as api:
        yield api


@pytest.fixture
def page(browser, api, tmp_path):
    """A page that records dialogs, and requests to other hosts.

    Its server is new, because a server keeps what it read: it would show the data of the test before.
    """
    with UiServer.start(api.url, tmp_path / "ui.log") as ui, browser.new_context(base_url=ui.url) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.events = []
        page.on("dialog", lambda dialog: page.events.append(dialog.message) or dialog.dismiss())
        page.on("request", lambda sent: "127.0.0.1" in sent.url or page.events.append(sent.url))
        yield page


def wait_until_drawn(page):
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_data__makes_no_element_on_any_page(page, api, kind):
    respond_with(api, HOSTILE[kind])

    for path in PAGES:
        page.goto(path)
        wait_until_drawn(page)
        assert page.locator("img[onerror], a[href*=evil], img[src*=evil], main b, .katex").count() == 0, path
        assert page.get_by_test_id("stException").count() == 0, path
        overflow = page.get_by_test_id("stMain").evaluate("it => it.scrollWidth - it.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} pixels too wide"
    assert page.events == []


def test_text__is_copied_as_it_was_written(page, api):
    api.responses["GET /worklist"] = ui_samples.worklist([ui_samples.worklist_item(1, shipment_id=ADDRESSES)])
    api.responses["GET /predictions"] = ui_samples.predictions(shipment_id=ADDRESSES)
    api.actions.append(ui_samples.action(ADDRESSES, "acted", 1, actor=ADDRESSES, note=ADDRESSES))
    page.goto("/")
    cell = page.get_by_role("gridcell", name=ADDRESSES, exact=True, include_hidden=True)
    expect(cell).to_have_count(1)
    page.get_by_test_id("stDataFrame").click(position={"x": 18, "y": 52})
    expect(page.get_by_text("90 % late")).to_be_visible()
    assert page.get_by_test_id("stMarkdown").filter(has_text="90 % late").inner_text().startswith(f"{ADDRESSES} 90 %")

    page.get_by_role("link", name="Open the shipment").click()
    expect(page.get_by_test_id("stText").filter(has_text=ADDRESSES)).to_be_visible()
    assert f"{ADDRESSES} acted on it" in page.get_by_test_id("stMain").inner_text()
    assert page.get_by_test_id("stMain").locator("a[href^=mailto], a[href^=http]:not([href*='127.0.0.1'])").count() == 0


def test_download__holds_no_formula(page, api):
    api.responses["POST /predict"] = answers(1).model_copy(update={"shipment_id": [FORMULA], "notes": [[FORMULA]]})
    page.goto("/score?tab=A+file")
    line = f"{FORMULA},2026-03-02T09:00Z,road,12,1,48,11\n".encode()
    file = {"name": "parcels.csv", "mimeType": "text/csv", "buffer": COLUMNS + line}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Send 1 row").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Scored rows as CSV").click()
    [row] = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")))
    assert row["shipment_id"] == row["parcel"] == row["notes"] == f"'{FORMULA}"
    with page.expect_download() as download:
        page.get_by_role("button", name="Workbook with all rows").click()
    cells = [
        cell
        for cells in load_workbook(io.BytesIO(download.value.path().read_bytes()))["scored"].iter_rows()
        for cell in cells
    ]
    assert {cell.data_type for cell in cells if FORMULA in str(cell.value)} == {"s"}

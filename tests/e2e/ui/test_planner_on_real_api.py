"""A planner's day in a real browser, against the real API: from the worklist to the outcome, on both databases."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from entrypoints.ui.amounts import format_probability
from support.api_server import NOWHERE, ApiServer
from support.served_parcels import parcel, served_parcels
from support.serving_log import drained
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

SHIPMENTS, CHANGED = 12, 60
FIRST_ROW = {"x": 18, "y": 52}
"""The box that selects the first row, in pixels from the corner of the table."""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@contextmanager
def simulated_shipments_on_sqlite(request, folder):
    registered = request.getfixturevalue("registered")
    with ApiServer.start(registered.copy(folder).data, MLFLOW_TRACKING_URI=NOWHERE) as api:
        yield api, registered.records[:SHIPMENTS]


@contextmanager
def parcels_on_postgresql(request, folder):
    url = request.getfixturevalue("postgres").url("serving", "serving")
    parcels, now = served_parcels(folder), datetime.now(UTC)
    with ApiServer.start(parcels.data, "--schema", str(parcels.schema), DELAY_SERVING_DB=url) as api:
        yield api, [parcel(1000 + number, now - timedelta(hours=number)) for number in range(SHIPMENTS)]


@pytest.fixture(params=[simulated_shipments_on_sqlite, parcels_on_postgresql])
def api(request, tmp_path):
    """The API with some predicted shipments."""
    with request.param(request, tmp_path) as (api, shipments):
        response = api.post("/predict", {"data": shipments})
        assert response.status == 200, response.body
        drained(api)
        yield api


@pytest.fixture
def page(api, browser, tmp_path):
    with UiServer.start(api.url, tmp_path / "ui.log") as ui, browser.new_context(base_url=ui.url) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        yield page


def cell(page, text):
    """The cell with this text: tables are drawn on a canvas, and have cells for screen readers alone."""
    return page.get_by_role("gridcell", name=text, exact=True, include_hidden=True)


def test_planner__goes_from_the_worklist_to_the_outcome(page, api):
    first, *others = api.get("/worklist").json()["items"]
    shipment_id = first["shipment_id"]

    page.goto("/")
    expect(cell(page, shipment_id)).to_have_count(1)
    page.get_by_test_id("stDataFrame").click(position=FIRST_ROW)
    page.get_by_role("link", name="Open the shipment").click()
    expect(page).to_have_url(re.compile(f"/shipment.*shipment_id={shipment_id}"))

    fields = api.get("/schema").json()["fields"]
    field = next(field for field in fields if field["actionable"] and field["role"] == "numeric")
    change = {"prediction_id": first["prediction_id"], "changes": {field["name"]: CHANGED}}
    changed = api.post("/what-if", change).json()["changed"]["probability"]
    page.get_by_role("spinbutton", name=f"{field['name']} ({field['unit']})").fill(str(CHANGED))
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("stMetric").filter(has_text="Changed")).to_contain_text(format_probability(changed))

    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.get_by_role("textbox", name="Your name").press("Enter")
    expect(page.get_by_text("Recorded as Ann.")).to_be_visible()
    page.get_by_role("textbox", name="Note").fill("by air")
    page.get_by_role("button", name="Act", exact=True).click()
    expect(page.get_by_text("Recorded: acted.")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="State")).to_contain_text("acting")
    [action] = api.get("/actions").json()["actions"]
    recorded = {"shipment_id": shipment_id, "kind": "acted", "actor": "Ann", "note": "by air"}
    assert action.items() >= recorded.items()

    page.get_by_role("link", name="Report the outcome").click()
    expect(page.get_by_role("textbox", name="Id", exact=True)).to_have_value(shipment_id)
    page.get_by_role("radio", name="on time").check(force=True)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text(f"Recorded: {shipment_id} was on time.")).to_be_visible()
    page.get_by_role("link", name="Open the shipment").click()
    expect(page.get_by_text("It came on time")).to_be_visible()

    page.get_by_role("link", name="Worklist", exact=True).click()
    expect(cell(page, others[0]["shipment_id"])).to_have_count(1)
    expect(cell(page, shipment_id)).to_have_count(0)

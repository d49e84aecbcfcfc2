"""A planner's week in a real browser, against the real API: from the worklist to the figures of the model.

On both databases, with three schemas: readings of sensors, parcels with costs, and a real table of deliveries.
"""

import csv
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error, expect

from entrypoints.ui.amounts import format_probability
from support.api_server import NOWHERE, ApiServer
from support.cli import Delay
from support.passed_days import let_days_pass
from support.served_parcels import parcel, served_parcels
from support.serving_log import drained, embedded
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

SHIPMENTS, CHANGED, DAYS = 12, 60, 7
OUTCOME_COLUMNS = ("Delivered to Client Date", "Delivery Recorded Date")
FIRST_ROW = {"x": 18, "y": 52}
"""The box that selects the first row, in pixels from the corner of the table."""


@dataclass(frozen=True)
class Product:
    """The API, the command with the same data, and the URL of the predictions for their owner."""

    api: ApiServer
    delay: Delay
    serving_db: str
    schema: tuple[str, ...] = field(default=())

    def get(self, path):
        answer = self.api.get(path)
        assert answer.status == 200, answer.body
        return answer.json()


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@contextmanager
def readings_on_sqlite(request, folder):
    registered = request.getfixturevalue("registered")
    data = registered.copy(folder).data
    with ApiServer.start(data, MLFLOW_TRACKING_URI=NOWHERE) as api:
        yield Product(api, Delay(data), embedded(data)), registered.records[:SHIPMENTS]


@contextmanager
def parcels_on_postgresql(request, folder):
    parcels, now = served_parcels(folder), datetime.now(UTC)
    shipments = [parcel(1000 + number, now - timedelta(hours=number)) for number in range(SHIPMENTS)]
    with _on_postgresql(request, parcels.data, str(parcels.schema)) as product:
        yield product, shipments


@contextmanager
def deliveries_on_postgresql(request, folder):  # noqa: ARG001 - the run has a folder of its own
    delay, answer = request.getfixturevalue("deliveries")
    if not answer["promoted"]:  # the gate may refuse it; a planner's screen needs a model
        delay("promote", "--schema", "scms", "--force")
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%d-%b-%y}"
    with request.getfixturevalue("scms").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[-SHIPMENTS:]
    shipments = [
        {name: text for name, text in row.items() if name not in OUTCOME_COLUMNS}
        | {"Scheduled Delivery Date": yesterday}
        for row in rows
    ]
    with _on_postgresql(request, delay.data, "scms") as product:
        yield product, shipments


@contextmanager
def _on_postgresql(request, data, schema):
    server, arguments = request.getfixturevalue("postgres"), ("--schema", schema)
    databases = {f"DELAY_{kind.upper()}_DB": server.url(kind, kind) for kind in ("serving", "monitoring")}
    with ApiServer.start(data, *arguments, **databases) as api:
        yield Product(api, Delay(data, databases), server.url("serving", "serving_owner"), arguments)


WALKS = [
    readings_on_sqlite,
    parcels_on_postgresql,
    pytest.param(deliveries_on_postgresql, marks=pytest.mark.real_data),
]


@pytest.fixture(params=WALKS)
def product(request, tmp_path):
    """The product with some predicted shipments."""
    with request.param(request, tmp_path) as (product, shipments):
        response = product.api.post("/predict", {"data": shipments})
        assert response.status == 200, response.body
        drained(product.api)
        yield product


@pytest.fixture
def page(product, browser, tmp_path):
    with (
        UiServer.start(product.api.url, tmp_path / "ui.log") as ui,
        browser.new_context(base_url=ui.url) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        yield page


def cell(page, text):
    """The cell with this text: tables are drawn on a canvas, and have cells for screen readers alone."""
    return page.get_by_role("gridcell", name=text, exact=True, include_hidden=True)


def test_planner__goes_from_the_worklist_to_the_figures_of_the_model(page, product):
    first, second, third, *_ = product.get("/worklist")["items"]

    open_first_of_the_worklist(page, first["shipment_id"])
    compare_with_a_change(page, product, first)
    act(page, product, first["shipment_id"])
    report_outcomes(page, first["shipment_id"], second["shipment_id"])
    see_it_on_the_worklist_and_in_the_shares(page, first["shipment_id"], third["shipment_id"])
    see_it_on_the_page_of_the_model_a_week_later(page, product)
    enter_a_value_out_of_range(page, product)


def open_first_of_the_worklist(page, shipment_id):
    page.goto("/")
    expect(cell(page, shipment_id)).to_have_count(1)
    page.get_by_test_id("stDataFrame").click(position=FIRST_ROW)
    page.get_by_role("link", name="Open the shipment").click()
    expect(page).to_have_url(re.compile(f"/shipment.*shipment_id={shipment_id}"))


def compare_with_a_change(page, product, item):
    actionable = [
        field for field in product.get("/schema")["fields"] if field["actionable"] and field["type"] != "time"
    ]
    field = min(actionable, key=lambda field: field["role"] != "numeric")
    name = field["name"]
    if field["role"] == "numeric":
        value = CHANGED
        page.get_by_role("spinbutton", name=f"{name} ({field['unit']})").fill(str(value))
    else:
        value = next(category for category in field["categories"] if category != item["shipment"][name])
        choose(page, name, value)
    change = {"prediction_id": item["prediction_id"], "changes": {name: value}}
    changed = product.api.post("/what-if", change).json()["changed"]["probability"]
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("stMetric").filter(has_text="Changed")).to_contain_text(format_probability(changed))


def choose(page, name, value):
    """Choose from a list, again where the page is drawn anew meanwhile: that closes the list."""
    for _ in range(WAIT_SECONDS // 5):
        page.get_by_role("combobox", name=name).click()
        with suppress(Error):
            page.get_by_role("option", name=value, exact=True).click(timeout=5000)
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"{value} cannot be chosen in {name}")


def act(page, product, shipment_id):
    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.get_by_role("textbox", name="Your name").press("Enter")
    expect(page.get_by_text("Recorded as Ann.")).to_be_visible()
    page.get_by_role("textbox", name="Note").fill("by air")
    page.get_by_role("button", name="Act", exact=True).click()
    expect(page.get_by_text("Recorded: acted.")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="State")).to_contain_text("acting")
    [action] = product.get(f"/actions?shipment_id={shipment_id}")["actions"]
    recorded = {"shipment_id": shipment_id, "kind": "acted", "actor": "Ann", "note": "by air"}
    assert action.items() >= recorded.items()


def report_outcomes(page, acted_on, other):
    """The one on which the planner acted was on time, the other one late."""
    page.get_by_role("link", name="Report the outcome").click()
    identifier = page.get_by_role("textbox", name="Id", exact=True)
    expect(identifier).to_have_value(acted_on)
    page.get_by_role("radio", name="on time").check(force=True)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text(f"Recorded: {acted_on} was on time.")).to_be_visible()
    page.get_by_role("link", name="Open the shipment").click()
    expect(page.get_by_text("It came on time")).to_be_visible()

    page.get_by_role("link", name="Outcomes", exact=True).click()
    identifier.fill(other)
    page.get_by_role("radio", name="late", exact=True).check(force=True)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text(f"Recorded: {other} was late.")).to_be_visible()


def see_it_on_the_worklist_and_in_the_shares(page, acted_on, still_open):
    page.get_by_role("link", name="Worklist", exact=True).click()
    expect(cell(page, still_open)).to_have_count(1)
    expect(cell(page, acted_on)).to_have_count(0)
    page.get_by_role("link", name="How right were we", exact=True).click()
    expect(page.get_by_text("1 has a known outcome")).to_be_visible()
    expect(page.get_by_text("1 is of a shipment that somebody acted on")).to_be_visible()


def see_it_on_the_page_of_the_model_a_week_later(page, product):
    let_days_pass(product.serving_db, DAYS)
    since = datetime.now(UTC).date() - timedelta(days=DAYS + 1)
    product.delay.json("monitor", "run", *product.schema, "--since", since)
    counted = product.get("/monitoring")["windows"][0]["known_outcomes"]
    assert counted >= 1
    page.get_by_role("link", name="Model", exact=True).click()
    expect(page.get_by_text(f"So far {counted} outcome")).to_be_visible()


def enter_a_value_out_of_range(page, product):
    """A 422 marks the field."""
    field = next(field for field in product.get("/schema")["fields"] if field["required"] and field["maximum"])
    page.get_by_role("link", name="Score", exact=True).click()
    entry = page.get_by_role("spinbutton", name=f"{field['name']} ({field['unit']})")
    entry.fill(str(int(field["maximum"]) + 1))
    page.get_by_role("button", name="Predict").click()
    marked = page.get_by_test_id("stColumn").filter(has=entry)
    expect(marked.get_by_role("alert").filter(has_text="out of range")).to_be_visible()
    expect(page.get_by_text("Nothing was predicted.")).to_be_visible()

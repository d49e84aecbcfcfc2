"""A planner scores a file of 10,000 rows in a real browser, against the real API on SQLite."""

import csv
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from support.api_server import ApiServer
from support.ui_server import WAIT_SECONDS, UiServer, open_browser

ROWS, DIRTY = 10_000, 100
HOSTILE = "<img src=x onerror=alert(1)> **evil**"
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def page(registered, tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with (
        ApiServer.start(registered.copy(folder).data) as api,
        UiServer.start(api.url, folder / "ui.log") as ui,
        open_browser() as browser,
    ):
        page = browser.new_page(base_url=ui.url)
        page.set_default_timeout(WAIT_SECONDS * 1000)
        yield page


def table(records):
    """Shipments as CSV: one in a hundred has an unreadable temperature, and one column is not in the schema."""
    output = io.StringIO()
    writer = csv.DictWriter(output, [*records[0], HOSTILE])
    writer.writeheader()
    for row in range(ROWS):
        dirt = {"Temperature": FORMULA} if row % (ROWS // DIRTY) == 7 else {}
        writer.writerow({**records[row % len(records)], HOSTILE: "Ann", **dirt})
    return output.getvalue().encode()


def test_file__is_accounted_for_on_the_screen_and_in_the_download(page, registered):
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    page.goto("/score")
    page.get_by_role("tab", name="A file").click()
    file = {"name": "shipments.csv", "mimeType": "text/csv", "buffer": table(registered.records)}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=f"Send {ROWS:,} rows").click()

    expect(page.get_by_text(f"{ROWS:,} rows = {ROWS - DIRTY:,} scored + {DIRTY} in quarantine")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.locator("img[onerror]").count() == 0
    assert dialogs == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Workbook with all rows").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()), read_only=True)
    scored, quarantine = (list(book[name].iter_rows(values_only=True)) for name in ("scored", "quarantine"))
    rows = {row[0] for row in scored[1:]} | {row[0] for row in quarantine[1:]}
    assert (len(scored) - 1, len(quarantine) - 1, len(rows)) == (ROWS - DIRTY, DIRTY, ROWS)
    first = dict(zip(scored[0], scored[1], strict=True))
    assert 0 <= first["probability"] <= 1
    assert first["decision"] in ("act", "wait")
    assert quarantine[1][:2] == (8, "Temperature")
    assert FORMULA in quarantine[1][2]


def test_wrong_value__is_marked_beside_its_field(page):
    page.goto("/score")
    page.get_by_role("spinbutton", name="Humidity").fill("900")
    page.get_by_role("button", name="Predict").click()

    expect(page.get_by_text("900 is out of range; allowed is 0 to 100 %")).to_be_visible()
    expect(page.get_by_text("Nothing was predicted.")).to_be_visible()

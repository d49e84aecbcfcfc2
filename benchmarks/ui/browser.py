"""Two durations in Chromium: from the address to the table, and from a filter to the page that has it in its URL."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TIMEOUT_MILLISECONDS = 120_000
FILTER = "Shipment id begins with"
_TABLE = '[data-testid="stDataFrame"] canvas'
_FILTERED = """text => new URLSearchParams(location.search).get('shipment_id') === text
  && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'"""


def first_paint_seconds(browser: "Browser", address: str) -> float:
    """Seconds until the table of the page is drawn, in a browser without a cache."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator(_TABLE).first.wait_for(timeout=TIMEOUT_MILLISECONDS)
        return time.perf_counter() - began


def filter_seconds(browser: "Browser", address: str, texts: Sequence[str]) -> list[float]:
    """Seconds of each rerun, one for each text that is entered into the filter."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.locator(_TABLE).first.wait_for(timeout=TIMEOUT_MILLISECONDS)
        field = page.get_by_label(FILTER)
        if not field.is_visible():
            page.get_by_text("Filters").first.click()
        return [_rerun_seconds(page, text) for text in texts]


def _rerun_seconds(page: "Page", text: str) -> float:
    field = page.get_by_label(FILTER)
    field.fill(text)
    began = time.perf_counter()
    field.press("Enter")
    page.wait_for_function(_FILTERED, arg=text, timeout=TIMEOUT_MILLISECONDS, polling=10)
    return time.perf_counter() - began

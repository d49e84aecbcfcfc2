"""Chromium without a window, driven by Playwright: tests, screenshots and measurements of the user interface."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
MISSING = "Chromium is not on the PATH: apt-get install chromium"


def find_chromium() -> str | None:
    """The path of the browser that is installed; None without one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_chromium(path: str | None = None) -> Iterator["Browser"]:
    """A browser until the block ends.

    Raises:
        FileNotFoundError: neither the argument nor the PATH names one.
    """
    path = path or find_chromium()
    if path is None:
        raise FileNotFoundError(MISSING)
    options = list(_FLAGS)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=options) as browser:
        yield browser

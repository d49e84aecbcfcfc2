"""Photograph every page of the planner's screen: light, dark, and on a phone.

Starts `delay demo` with data of its own, the same shipments and actions in each run; with --url, photographs a running
screen. Writes PNG files of at most 256 colors, PAGE-VIEW.png; those that the documentation shows into docs/images/ui.
The pages are those of the first shipment of the worklist.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from PIL import Image

from infra.local.chromium import open_chromium
from infra.screenshots.demonstration import demonstration, first_shipment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
PAGES = ("worklist", "shipment", "score", "outcomes", "reliability", "model", "your-table")
DOCUMENTED = {"worklist-light", "worklist-phone", "shipment-light", "model-light"}
DOCS = ROOT / "docs" / "images" / "ui"
MAX_HEIGHT = 1_150
LOAD_MILLISECONDS = 60_000
_IDLE = """() => !document.querySelector('[data-testid="stStatusWidget"], [data-testid="stSkeleton"]')"""
_HEIGHT = """() => document.querySelector('[data-testid="stMainBlockContainer"]').scrollHeight"""
SETTLE_MILLISECONDS = 1_500
"""After the last element has arrived, charts and tables are still drawn."""


@dataclass(frozen=True)
class View:
    """A kind of viewer."""

    name: str
    width: int
    color_scheme: Literal["light", "dark"]


VIEWS = (View("light", 1280, "light"), View("dark", 1280, "dark"), View("phone", 390, "light"))


def arguments(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("pages", nargs="*", help=f"of {', '.join(PAGES)}; default: all")
    parser.add_argument("--url", help="address of a running screen; default: one with data of its own")
    parser.add_argument("--api-url", default="http://127.0.0.1:8000", help="address of its API")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "delay-data" / "screenshots", help="folder of the other pictures"
    )
    parser.add_argument("--max-height", type=int, default=MAX_HEIGHT, help="of a picture, in pixels")
    parser.add_argument("--chromium", help="path of the browser; default: the one on the PATH")
    return parser.parse_args(command_line)


def main() -> None:
    """Write a picture of each page in each view."""
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.url:
        write_pictures(options, options.url, options.api_url)
        return
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as (url, api_url):
        write_pictures(options, url, api_url)


def write_pictures(options: argparse.Namespace, url: str, api_url: str) -> None:
    """The pictures that the options name."""
    addresses = dict(page_addresses(url, first_shipment(api_url)))
    with open_chromium(options.chromium) as browser:
        for name in options.pages or PAGES:
            for view in VIEWS:
                stem = f"{name}-{view.name}"
                path = (DOCS if stem in DOCUMENTED else options.out) / f"{stem}.png"
                path.write_bytes(photograph(browser, addresses[name], view, options.max_height))
                sys.stdout.write(f"{path} ({path.stat().st_size // 1024} kB)\n")


def page_addresses(url: str, shipment_id: str | None) -> Iterator[tuple[str, str]]:
    """The address of each page. The worklist is the start page, which Streamlit serves without a path."""
    for name in PAGES:
        path = "" if name == "worklist" else name
        query = f"?{urlencode({'shipment_id': shipment_id})}" if name == "shipment" and shipment_id else ""
        yield name, f"{url.rstrip('/')}/{path}{query}"


def photograph(browser: "Browser", address: str, view: View, max_height: int) -> bytes:
    """The page from its top, up to this height, as PNG."""
    with browser.new_context(
        viewport={"width": view.width, "height": 900},
        color_scheme=view.color_scheme,
        timezone_id="UTC",
        locale="en-GB",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        page.goto(address)
        wait_until_drawn(page)
        height = min(page.evaluate(_HEIGHT), max_height)
        page.set_viewport_size({"width": view.width, "height": max(height, 600)})
        wait_until_drawn(page)
        return with_few_colors(page.screenshot(animations="disabled"))


def wait_until_drawn(page: "Page") -> None:
    """Wait until the page has its title and everything below it."""
    page.get_by_role("heading", level=1).first.wait_for(timeout=LOAD_MILLISECONDS)
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    page.wait_for_function(_IDLE, timeout=LOAD_MILLISECONDS)
    page.wait_for_timeout(SETTLE_MILLISECONDS)


def with_few_colors(png: bytes) -> bytes:
    """The picture with at most 256 colors, about a third of its size."""
    few, content = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE), io.BytesIO()
    few.save(content, "PNG", optimize=True)
    return content.getvalue()


if __name__ == "__main__":
    main()

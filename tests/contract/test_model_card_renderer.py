"""Every ModelCardRenderer: one file that needs nothing else and shows the text of the card unchanged."""

from base64 import b64encode

import pytest

from delay_core.ports.plots import Plot
from fakes import model_card_renderer as fake
from support.lazy_module import LazyModule
from support.parsed_page import ParsedPage

html = LazyModule("adapters.html")

CARD = """# Late? A *card*

Some text with a column \\`a\\|b\\`.

## Test: looked at once

| model | ROC-AUC |
| --- | ---: |
| forest | 0.8 |

## Limits

- <script>alert(1)</script>
- <img src=x onerror=alert(1)>
"""
PLOTS = (
    Plot("calibration.png", "Calibration: p < 1 & p > 0", b"\x89PNG one"),
    Plot("dependence-1.png", "Dependence", b"\x89PNG two"),
)


@pytest.fixture(params=["fake", "markdown-it-py"])
def renderer(request):
    return fake.ModelCardRenderer() if request.param == "fake" else html.ModelCardRenderer()


def test_plots__are_embedded_in_their_order_with_their_captions(renderer):
    images = ParsedPage(renderer.render(CARD, PLOTS)).all("img")
    assert [(image["src"], image["alt"]) for image in images] == [
        (f"data:image/png;base64,{b64encode(plot.png).decode()}", plot.caption) for plot in PLOTS
    ]


def test_markup_in_the_card__is_text(renderer):
    page = ParsedPage(renderer.render(CARD, ()))
    assert not page.all("script")
    assert not page.all("img")
    assert "<script>alert(1)</script>" in page.text


def test_the_page__needs_no_network(renderer):
    page = ParsedPage(renderer.render(CARD, PLOTS))
    assert not [tag for tag, _ in page.tags if tag in ("link", "script", "iframe")]
    addresses = [attributes[key] for _, attributes in page.tags for key in ("src", "href") if key in attributes]
    assert all(address.startswith(("data:image/png", "#")) for address in addresses)


def test_the_page__has_the_same_bytes_for_the_same_card(renderer):
    assert renderer.render(CARD, PLOTS) == renderer.render(CARD, PLOTS)


def test_the_page__has_the_title_of_the_card(renderer):
    assert "Late? A *card*" in ParsedPage(renderer.render(CARD, ())).text


def test_the_page__has_headings_tables_and_lists_with_links_to_each_section():
    page = ParsedPage(html.ModelCardRenderer().render(CARD, ()))
    assert [attributes["id"] for attributes in page.all("h2")] == ["test-looked-at-once", "limits"]
    assert [attributes["href"] for attributes in page.all("a")] == ["#test-looked-at-once", "#limits"]
    assert len(page.all("table")) == 1
    assert len(page.all("li")) == 2 + 2


def test_the_page__links_to_its_plots():
    page = ParsedPage(html.ModelCardRenderer().render(CARD, PLOTS))
    assert page.all("h2")[-1]["id"] == "plots"
    assert page.all("a")[-1]["href"] == "#plots"


def test_a_wide_table__scrolls_alone():
    assert b'<div class="table"><table>' in html.ModelCardRenderer().render(CARD, ())

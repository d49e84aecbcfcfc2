"""Every ModelCardRenderer: one file that needs nothing else, and shows what stands in the card as it is."""

from base64 import b64encode
from html.parser import HTMLParser

import pytest

from fakes import model_card_renderer as fake
from support.lazy_module import LazyModule

pages = LazyModule("adapters.html")

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
PICTURES = {"calibration.png": b"\x89PNG one", "dependence-1.png": b"\x89PNG two"}


class Seen(HTMLParser):
    """The tags with their attributes, and all text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(params=["fake", "markdown-it-py"])
def page(request):
    return fake.ModelCardRenderer() if request.param == "fake" else pages.ModelCardRenderer()


def test_every_picture_is_inside_in_its_order_with_words_for_it(page):
    images = Seen(page.render(CARD, PICTURES)).all("img")
    assert [image["src"] for image in images] == [
        f"data:image/png;base64,{b64encode(picture).decode()}" for picture in PICTURES.values()
    ]
    assert all(image["alt"] for image in images)


def test_markup_in_the_card_is_text(page):
    seen = Seen(page.render(CARD, {}))
    assert not seen.all("script")
    assert not seen.all("img")
    assert "<script>alert(1)</script>" in seen.text


def test_the_page_asks_nothing_of_a_network(page):
    seen = Seen(page.render(CARD, PICTURES))
    assert not [tag for tag, _ in seen.tags if tag in ("link", "script", "iframe")]
    addresses = [of[key] for _, of in seen.tags for key in ("src", "href") if key in of]
    assert all(address.startswith(("data:image/png", "#")) for address in addresses)


def test_the_same_card_gives_the_same_bytes(page):
    assert page.render(CARD, PICTURES) == page.render(CARD, PICTURES)


def test_the_title_is_that_of_the_card(page):
    assert "Late? A *card*" in Seen(page.render(CARD, {})).text


def test_a_card_becomes_headings_tables_and_lists_with_links_to_each_section():
    seen = Seen(pages.ModelCardRenderer().render(CARD, {}))
    assert [of["id"] for of in seen.all("h2")] == ["test-looked-at-once", "limits"]
    assert [of["href"] for of in seen.all("a")] == ["#test-looked-at-once", "#limits"]
    assert len(seen.all("table")) == 1
    assert len(seen.all("li")) == 2 + 2


def test_a_wide_table_scrolls_by_itself():
    assert b'<div class="table"><table>' in pages.ModelCardRenderer().render(CARD, {})

"""Data of others on every page: HTML, Markdown, formulas, controls and long texts are shown as text."""

import re

import pytest
from streamlit.testing.v1.element_tree import Block

from support import ui_samples
from support.fake_api import answers
from support.hostile_samples import HOSTILE, respond_with
from support.ui_page import open_page

MARKS = ("<script", "<img", "](", "**bold", "![", "$x", ":red[", "`code")
PAGES = ["worklist", "shipment", "score", "outcomes", "reliability", "model", "your-table"]
MARKDOWN = ("markdown", "caption", "title", "header", "subheader", "error", "warning", "info", "success")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def elements(block):
    for child in block.children.values():
        yield from elements(child) if isinstance(child, Block) else [child]


def unescaped_marks(text, hostile):
    """Marks of the hostile text that Markdown would read."""
    without_escapes = re.sub(r"\\.", "", text)
    return [mark for mark in MARKS if mark in without_escapes and mark in hostile]


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", PAGES)
def test_hostile_data__is_shown_as_text(api, name, kind):
    hostile = HOSTILE[kind]
    respond_with(api, hostile)

    page = open_page(name, **({"shipment_id": hostile} if name == "shipment" else {}))

    assert not page.exception
    for element in elements(page._tree):
        assert element.type not in ("html", "iframe")
        assert not getattr(element, "allow_html", False)
        markdown = [getattr(element, "label", ""), getattr(element, "help", "")]
        markdown += [element.value] if element.type in MARKDOWN else []
        sentences = [*markdown, getattr(element, "placeholder", ""), *getattr(element, "options", ())]
        assert [mark for text in markdown for mark in unescaped_marks(str(text), hostile)] == []
        assert not any(BIDI.search(str(text)) or len(str(text)) > 5_000 for text in sentences)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers__are_shown_as_text(api, kind):

    hostile = HOSTILE[kind]
    reasons = [[reason.model_copy(update={"text": hostile}) for reason in ui_samples.reasons()]]
    api.responses["POST /predict"] = answers(1).model_copy(
        update={"shipment_id": [hostile], "notes": [[hostile]], "reasons": reasons}
    )
    page = open_page("score")
    page.button[0].click().run()

    assert not page.exception
    for text in (str(element.value) for element in elements(page._tree) if element.type in MARKDOWN):
        assert unescaped_marks(text, hostile) == []
        assert not BIDI.search(text)
        assert len(text) < 5_000

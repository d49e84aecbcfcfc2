"""Data of others on every page: HTML, Markdown, formulas, controls and long texts are shown as text."""

import re

import pytest
from streamlit.testing.v1.element_tree import Block

from support import ui_samples
from support.fake_api import answers
from support.ui_page import open_page

MARKS = ("<script", "<img", "](", "**bold", "![", "$x", ":red[", "`code")
HOSTILE = {
    "marks": "=cmd|' /C calc'!A0 <script>alert(1)</script><img src=x onerror=alert(2)> [click](http://evil.example) "
    "**bold** ![i](http://evil.example/x.png) $x^2$ :red[x] `code` abc\u202etxt.exe\u2066\u200f",
    "long": "x" * 10_000,
}
PAGES = ["worklist", "shipment", "score", "outcomes", "reliability", "model", "your-table"]
MARKDOWN = ("markdown", "caption", "title", "header", "subheader", "error", "warning", "info", "success")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def samples(api, text):
    """Every response with the text wherever the API repeats data."""
    item = ui_samples.worklist_item(1, shipment_id=text)
    reasons = [reason.model_copy(update={"feature": text, "text": text}) for reason in ui_samples.reasons()]
    shipment = dict.fromkeys(item.shipment, text) | {"lat": 48.1, "lon": 11.6}
    action = ui_samples.action(text[:1000], "acknowledged", 1, actor=text, note=text, reason=text)
    item = item.model_copy(update={"reasons": reasons, "shipment": shipment, "last_action": action})
    state = ui_samples.what_if().current.model_copy(update={"reasons": reasons})
    schema = ui_samples.parcels()
    words = {"description": text, "allowed": text, "use": text, "example": text, "unit": text[:50]}
    fields = [
        field.model_copy(update=words | ({"categories": [text, "b"]} if field.categories else {}))
        for field in schema.fields
    ]
    decision = ui_samples.models().decisions[0].model_copy(update={"reasons": [text], "notes": [text]})
    api.actions.append(action)
    api.responses |= {
        "GET /schema": schema.model_copy(update={"fields": fields, "description": text, "late_means": text}),
        "GET /worklist": ui_samples.worklist([item]),
        "GET /predictions": ui_samples.predictions(shipment_id=text, request_data=shipment, client=text),
        "POST /what-if": ui_samples.what_if().model_copy(update={"current": state}),
        "GET /models": ui_samples.models().model_copy(update={"decisions": [decision], "model_name": text}),
    }


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
    samples(api, hostile)

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

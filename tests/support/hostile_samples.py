"""Texts that a page could take for HTML, Markdown or formulas, and responses that repeat them."""

from entrypoints.api.schemas import ActionKind
from support import ui_samples
from support.fake_api import FakeApi

HOSTILE = {
    "marks": "=cmd|' /C calc'!A0 <script>alert(1)</script><img src=x onerror=alert(2)> [click](http://evil.example) "
    "**bold** ![i](http://evil.example/x.png) $x^2$ :red[x] `code` abc\u202etxt.exe\u2066\u200f",
    "long": "x" * 10_000,
}


def respond_with(api: FakeApi, text: str) -> None:
    """Let the API repeat the text wherever it repeats data."""
    item = ui_samples.worklist_item(1, shipment_id=text)
    reasons = [reason.model_copy(update={"feature": text, "text": text}) for reason in ui_samples.reasons()]
    shipment = dict.fromkeys(item.shipment, text) | {"lat": 48.1, "lon": 11.6}
    action = ui_samples.action(text[:1000], ActionKind.ACKNOWLEDGED, 1, actor=text, note=text, reason=text)
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

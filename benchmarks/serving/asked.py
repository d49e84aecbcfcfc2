"""What is asked: simulated shipments as JSON, as a client sends them, several thousand different ones."""

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from adapters.simulator import ShipmentSource
from delay_core import ShipmentSchema, load_schema

DIFFERENT = 4_000
SCHEMA = "smart_logistics"

Record = Mapping[str, object]


def records(number: int = DIFFERENT) -> list[Record]:
    """Shipments that no model of this benchmark has learned from: all that is known of them when they leave."""
    schema = load_schema(SCHEMA)
    url = f"simulator://{SCHEMA}?rows={number}&seed=99&start=2025-01-01&dirt=0"
    table = pd.concat(ShipmentSource().chunks(url, schema), ignore_index=True)
    known = {schema.aliases[str(name)]: str(name) for name in table}
    known = {
        name: header
        for name, header in known.items()
        if schema.columns[name].role != "label" and not schema.is_post_hoc(name)
    }
    return [_typed(schema, known, row) for row in table.to_dict("records")]


def one_each(asked: Sequence[Record], key: str) -> list[bytes]:
    """A request for each record, with this API key."""
    return [_post("/predict", key, {"data": record}) for record in asked]


def batches(asked: Sequence[Record], size: int, key: str, path: str = "/predict", member: str = "data") -> list[bytes]:
    """A request for every so many records, as a list."""
    return [_post(path, key, {member: asked[at : at + size]}) for at in range(0, len(asked) - size + 1, size)]


def _typed(schema: ShipmentSchema, known: Mapping[str, str], row: Mapping[object, object]) -> Record:
    return {name: _value(schema.columns[name].role, row[header]) for name, header in known.items()}


def _value(role: str, text: object) -> object:
    if text is None or text == "":
        return None
    return json.loads(str(text)) if role == "numeric" else text


def _post(path: str, key: str, content: object) -> bytes:
    body = json.dumps(content, separators=(",", ":")).encode()
    head = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body

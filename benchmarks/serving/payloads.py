"""Request bodies: several thousand different simulated shipments as JSON, as a client sends them."""

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from adapters.simulator import ShipmentSource
from delay_core import ShipmentSchema, load_schema

N_RECORDS = 4_000
SCHEMA = "smart_logistics"

Record = Mapping[str, object]


def simulate_records(number: int = N_RECORDS) -> list[Record]:
    """Shipments that no model of this benchmark was trained on, with the columns that are known at the prediction."""
    schema = load_schema(SCHEMA)
    url = f"simulator://{SCHEMA}?rows={number}&seed=99&start=2025-01-01&dirt=0"
    table = pd.concat(ShipmentSource().chunks(url, schema), ignore_index=True)
    headers = {schema.aliases[str(header)]: str(header) for header in table}
    headers = {
        name: header
        for name, header in headers.items()
        if schema.columns[name].role != "label" and not schema.is_post_hoc(name)
    }
    return [_to_record(schema, headers, row) for row in table.to_dict("records")]


def single_requests(records: Sequence[Record], key: str) -> list[bytes]:
    """One request per record, with this API key."""
    return [_post("/predict", key, {"data": record}) for record in records]


def batch_requests(
    records: Sequence[Record], size: int, key: str, path: str = "/predict", member: str = "data"
) -> list[bytes]:
    """One request per `size` records, as a list under `member`."""
    starts = range(0, len(records) - size + 1, size)
    return [_post(path, key, {member: records[start : start + size]}) for start in starts]


def _to_record(schema: ShipmentSchema, headers: Mapping[str, str], row: Mapping[object, object]) -> Record:
    return {name: _value(schema.columns[name].role, row[header]) for name, header in headers.items()}


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

"""Predictions as lines for COPY, in CSV: a JSON array without its brackets is one, and is encoded in one call."""

import orjson

from adapters.sql.postgresql.json_format import PREDICTION_TYPES, to_object
from delay_core.ports.prediction_log import LoggedPrediction

COPY = f"COPY serving_logs ({', '.join(PREDICTION_TYPES)}) FROM STDIN (FORMAT csv, NULL 'null', ESCAPE '\\')"


def copy_line(prediction: LoggedPrediction) -> bytes:
    """The prediction as one line of CSV, in which backslashes escape quotes and backslashes."""
    p = prediction
    values = to_object(p).values()
    if "".join(filter(None, (p.shipment_id, p.request_id, p.error, p.client))).isprintable():
        return orjson.dumps([*values])[1:-1] + b"\n"
    return ",".join(map(_csv_field, values)).encode() + b"\n"


def _csv_field(value: object) -> str:
    """For texts with control characters, which CSV does not escape as JSON does."""
    if isinstance(value, str):
        return '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'
    return orjson.dumps(value).decode()

"""Predictions and their daily counts as JSON texts, which PostgreSQL reads as rows."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import orjson

from adapters.shared.text import sanitize_text
from adapters.sql.column_types import dump_json
from adapters.sql.daily_counts import DailyKey, DailyTotals
from delay_core.ports.prediction_log import LoggedPrediction, model_uri

PREDICTION_TYPES = {
    "timestamp": "timestamptz",
    "id": "uuid",
    "point": "timestamptz",
    "probability": "float8",
    "prediction": "int2",
    "model_name": "text",
    "model_version": "int4",
    "model_uri": "text",
    "bundle_digest": "bytea",
    "schema_digest": "bytea",
    "shipment_id": "text",
    "request_id": "text",
    "error_message": "text",
    "request_data": "json",
    "client": "text",
}
"""The columns of `serving_logs` with their types in PostgreSQL."""

COUNT_TYPES = {
    "day": "date",
    "model_name": "text",
    "model_version": "int4",
    "slot": "int2",
    "rows": "int8",
    "late": "int8",
    "errors": "int8",
    "scored": "int8",
    "probability_sum": "float8",
}
"""The columns of `serving_daily` with their types in PostgreSQL."""


def predictions_json(predictions: Sequence[LoggedPrediction]) -> str:
    """An array of objects with the keys of PREDICTION_TYPES."""
    return orjson.dumps([to_object(prediction) for prediction in predictions]).decode()


def counts_json(counts: Mapping[DailyKey, DailyTotals], slot: int) -> str:
    """An array of objects with the keys of COUNT_TYPES, sorted by key, so that no two writers deadlock."""
    return orjson.dumps(
        [
            {**key._asdict(), "model_name": sanitize_text(key.model_name), "slot": slot, **totals._asdict()}
            for key, totals in sorted(counts.items())
        ]
    ).decode()


def to_object(prediction: LoggedPrediction) -> dict[str, object]:
    """The values of the columns of PREDICTION_TYPES, in their order, as JSON has them."""
    p = prediction
    return {
        "timestamp": p.predicted_at,
        "id": p.prediction_id,
        "point": p.point,
        "probability": None if p.probability is None else float(p.probability),
        "prediction": None if p.late is None else int(p.late),
        **_model_fields(p.model_name, p.model_version, p.bundle_digest, p.schema_digest),
        "shipment_id": _sanitize(p.shipment_id),
        "request_id": _sanitize(p.request_id),
        "error_message": _sanitize(p.error),
        "request_data": dump_json(p.request_data),
        "client": _sanitize(p.client),
    }


@lru_cache(maxsize=256)
def _model_fields(name: str, version: int, bundle_digest: str, schema_digest: str) -> dict[str, object]:
    """The fields that all predictions of a model version share."""
    name = sanitize_text(name)
    return {
        "model_name": name,
        "model_version": version,
        "model_uri": model_uri(name, version),
        "bundle_digest": rf"\x{bundle_digest}",
        "schema_digest": rf"\x{schema_digest}",
    }


def _sanitize(text: str | None) -> str | None:
    return None if text is None else sanitize_text(text)

"""What requests and answers hold, as JSON Schema."""

from collections.abc import Callable
from typing import Any

from delay_core.schema import FieldStatus, ShipmentSchema, example_shipment, lenient_json_schema

Shape = dict[str, Any]

_TEXT: Shape = {"type": "string"}
_UUID: Shape = {"type": "string", "format": "uuid"}
_TIME: Shape = {"type": "string", "format": "date-time"}
_DIGEST: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ID: Shape = {"type": "string", "minLength": 1, "maxLength": 1000}
_VERSION: Shape = {"type": "integer"}
_PROBABILITY: Shape = {"type": "number", "minimum": 0, "maximum": 1}


def schemas(schema: ShipmentSchema, most_shipments: int | None) -> dict[str, Shape]:
    """Every named shape of the document."""
    return {
        "Shipment": lenient_json_schema(schema) | {"example": example_shipment(schema)},
        "PredictRequest": _closed(
            {
                "data": _one_or_many("Shipment", most_shipments),
                "explain": {"type": "boolean", "default": False, "description": "Give the reasons too."},
                "costs": {"oneOf": [ref("Costs"), {"type": "null"}]},
            },
            optional=("explain", "costs"),
        )
        | {"example": {"data": example_shipment(schema)}},
        "Costs": _closed(
            {
                "missed_delay": {"type": "number", "exclusiveMinimum": 0},
                "needless_action": {"type": "number", "exclusiveMinimum": 0},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "As ISO 4217 writes it."},
            }
        )
        | {"description": "What each mistake costs; without, what the schema says."},
        "Reason": _closed({"feature": _TEXT, "points": {"type": "number"}, "text": _TEXT}),
        "Answer": _answer(lambda shape: shape),
        "Answers": _answer(lambda shape: {"type": "array", "items": shape}),
        "OutcomesRequest": _closed({"data": _one_or_many("Outcome", most_shipments)}),
        "Outcome": {
            "oneOf": [_outcome("prediction_id", _UUID, "shipment_id"), _outcome("shipment_id", _ID, "prediction_id")],
            "description": "Whether a shipment was late, by its prediction or by its own id. Without known_at: now.",
        },
        "Recorded": _closed(
            {
                "recorded": {"type": "integer", "minimum": 0},
                "shipment_id": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            }
        ),
        "LoggedPrediction": _logged(),
        "Live": _closed({"status": {"const": "ok"}}),
        "Health": _closed(
            {
                "status": {"type": "string", "enum": ["ok", "degraded", "unavailable"]},
                "model_loaded": {"type": "boolean"},
                "model_version": _nullable(_VERSION),
                "dependencies": _by_name(
                    _closed({"state": {"type": "string", "enum": ["up", "degraded", "down"]}, "detail": _TEXT})
                ),
            }
        ),
        "Metadata": _closed(
            {
                "model_name": _TEXT,
                "model_version": _VERSION,
                "model_uri": _TEXT,
                "run_id": _nullable(_TEXT),
                "parameters": {"type": "object"},
                "metrics": _by_name({"type": "number"}),
                "metrics_intervals": {"type": "object"},
                "schema": _TEXT,
                "schema_digest": _DIGEST,
                "bundle_digest": _DIGEST,
                "features": {"type": "array", "items": _TEXT},
            }
        ),
        "Usage": _closed(
            {
                "usage": _TEXT,
                "example": {"type": "object"},
                "fields": {"type": "array", "items": _field()},
                "options": _by_name(_TEXT),
                "described_in": _TEXT,
            }
        ),
        "Reloaded": _closed({"changed": {"type": "boolean"}, "model_version": _nullable(_VERSION)}),
        "RolledBack": _closed(
            {"model_version": _VERSION, "replaced": _nullable(_VERSION), "served": {"type": "boolean"}}
        ),
        "Problem": _problem(),
    }


def ref(name: str) -> Shape:
    """The named shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(properties: dict[str, Shape], optional: tuple[str, ...] = ()) -> Shape:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _nullable(shape: Shape) -> Shape:
    return shape | {"type": [shape["type"], "null"]}


def _by_name(shape: Shape) -> Shape:
    """An object whose members all are of this shape."""
    return {"type": "object", "additionalProperties": shape}


def _outcome(name: str, shape: Shape, other: str) -> Shape:
    """By one of two names; the other one may stand beside it as null."""
    told = {name: shape, other: {"type": "null"}, "late": {"type": "boolean"}, "known_at": _nullable(_TIME)}
    return _closed(told, optional=(other, "known_at"))


def _field() -> Shape:
    statuses: Shape = {"type": "string", "enum": [*FieldStatus]}
    return _closed(
        {"name": _TEXT, "type": _TEXT, "required": {"type": "boolean"}, "allowed": _TEXT, "use": _TEXT}
        | {"status": statuses}
    )


def _one_or_many(name: str, most: int | None) -> Shape:
    many: Shape = {"type": "array", "items": ref(name), "minItems": 1}
    return {"oneOf": [ref(name), many | ({"maxItems": most} if most else {})]}


def _answer(each: Callable[[Shape], Shape]) -> Shape:
    """Of one shipment, or (`each` makes lists) of many."""
    of_each: dict[str, Shape] = {
        "prediction": {"type": "integer", "enum": [0, 1], "description": "1: act; acting costs less than waiting."},
        "probability": _PROBABILITY | {"description": "Of being late, calibrated."},
        "label_set": {"type": "string", "enum": ["late", "on time", "cannot tell"]},
        "expected_saving": {"type": "number", "description": "By acting as told, in `currency`."},
        "notes": {"type": "array", "items": _TEXT, "description": "What was not read, or never seen in training."},
        "prediction_id": _UUID,
        "shipment_id": _TEXT,
        "reasons": {"type": "array", "items": ref("Reason"), "description": "Only with explain."},
    }
    of_all: dict[str, Shape] = {
        "act_above": _PROBABILITY,
        "currency": _nullable(_TEXT) | {"description": "null: units of one needless action."},
        "model_name": _TEXT,
        "model_version": _VERSION,
        "schema_digest": _DIGEST,
        "bundle_digest": _DIGEST,
        "predicted_at": _TIME,
    }
    return _closed({name: each(shape) for name, shape in of_each.items()} | of_all, optional=("reasons",))


def _logged() -> Shape:
    outcome = _closed({"late": {"type": "boolean"}, "known_at": _TIME, "recorded_at": _TIME, "source": _TEXT})
    return _closed(
        {
            "prediction_id": _UUID,
            "predicted_at": _TIME,
            "request_data": {"type": "object", "description": "The shipment as it was sent, without personal data."},
            "model_name": _TEXT,
            "model_version": _VERSION,
            "bundle_digest": _DIGEST,
            "schema_digest": _DIGEST,
            "shipment_id": _nullable(_TEXT),
            "point": _nullable(_TIME) | {"description": "The shipment's prediction point."},
            "probability": _nullable(_PROBABILITY),
            "late": _nullable({"type": "boolean"}),
            "error": _nullable(_TEXT),
            "request_id": _nullable(_TEXT),
            "client": _nullable(_TEXT) | {"description": "The name of the key by which it was asked for."},
            "outcome": {"oneOf": [outcome, {"type": "null"}]},
        }
    )


def _problem() -> Shape:
    error = _closed(
        {
            "field": _TEXT,
            "message": _TEXT,
            "shipment": {"type": ["integer", "null"], "minimum": 1, "description": "Which of the data, from 1."},
        }
    )
    return _closed(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "instance": _TEXT,
            "errors": {"type": "array", "items": error},
            "request_id": _TEXT,
        },
        optional=("instance", "errors"),
    )

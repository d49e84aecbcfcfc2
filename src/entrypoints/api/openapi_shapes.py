"""What requests and answers hold, as JSON Schema."""

from typing import Any

from delay_core.schema import ShipmentSchema, accepted_schema, example_of

Shape = dict[str, Any]

_TEXT: Shape = {"type": "string"}
_UUID: Shape = {"type": "string", "format": "uuid"}
_TIME: Shape = {"type": "string", "format": "date-time"}
_DIGEST: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PROBABILITY: Shape = {"type": "number", "minimum": 0, "maximum": 1}


def schemas(schema: ShipmentSchema, most_shipments: int | None) -> dict[str, Shape]:
    """Every named shape of the document."""
    return {
        "Shipment": accepted_schema(schema) | {"example": example_of(schema)},
        "PredictRequest": _closed(
            {
                "data": _one_or_many("Shipment", most_shipments),
                "explain": {"type": "boolean", "default": False, "description": "Give the reasons too."},
                "costs": {"oneOf": [ref("Costs"), {"type": "null"}]},
            },
            optional=("explain", "costs"),
        )
        | {"example": {"data": example_of(schema)}},
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
            "oneOf": [
                _closed({"prediction_id": _UUID, "late": {"type": "boolean"}, "known_at": _TIME}, ("known_at",)),
                _closed(
                    {"shipment_id": _TEXT | {"minLength": 1}, "late": {"type": "boolean"}, "known_at": _TIME},
                    ("known_at",),
                ),
            ],
            "description": "Whether a shipment was late, by its prediction or by its own id. Without known_at: now.",
        },
        "Recorded": _closed(
            {
                "recorded": {"type": "integer", "minimum": 0},
                "shipment_id": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            }
        ),
        "LoggedPrediction": _logged(),
        "Health": {
            "type": "object",
            "properties": {"status": _TEXT, "model_loaded": {"type": "boolean"}},
            "required": ["status"],
        },
        "Metadata": {
            "type": "object",
            "properties": {
                "model_name": _TEXT,
                "model_version": {"type": "integer"},
                "run_id": _nullable(_TEXT),
                "parameters": {"type": "object"},
                "metrics": {"type": "object"},
                "model_uri": _TEXT,
            },
            "required": ["model_name", "model_version", "run_id", "parameters", "metrics", "model_uri"],
        },
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


def _one_or_many(name: str, most: int | None) -> Shape:
    many: Shape = {"type": "array", "items": ref(name), "minItems": 1}
    return {"oneOf": [ref(name), many | ({"maxItems": most} if most else {})]}


def _answer(each: Any) -> Shape:
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
        "model_version": {"type": "integer"},
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
            "model_version": {"type": "integer"},
            "bundle_digest": _DIGEST,
            "schema_digest": _DIGEST,
            "shipment_id": _nullable(_TEXT),
            "point": _nullable(_TIME) | {"description": "The shipment's prediction point."},
            "probability": _nullable(_PROBABILITY),
            "late": _nullable({"type": "boolean"}),
            "error": _nullable(_TEXT),
            "request_id": _nullable(_TEXT),
            "client": _nullable(_TEXT),
            "outcome": {"oneOf": [outcome, {"type": "null"}]},
        },
        optional=("shipment_id", "point", "probability", "late", "error", "request_id", "client"),
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

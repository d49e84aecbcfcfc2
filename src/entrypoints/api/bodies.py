"""The JSON of requests and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError

from delay_core.explanation import Reason, words
from delay_core.schema import Costs
from delay_core.serving import Answered, Asked, ServingModel
from entrypoints.api.problems import FieldError, Problem

_FIELDS = ("data", "explain", "costs")


def json_of(body: bytes) -> dict[str, Any]:
    """The object that the body holds. Raises Problem."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"the body is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise Problem(422, f"the body must be an object, not {_kind(found)}")
    return found


def refuse_unknown(found: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    """Raises Problem naming what the body holds beside the allowed fields."""
    unknown = [name for name in found if name not in allowed]
    if unknown:
        told = f"unknown field; allowed are {', '.join(allowed)}"
        raise refused(*(FieldError(name[:80], told) for name in unknown[:20]))


def refused(*errors: FieldError) -> Problem:
    """422, naming the fields."""
    return Problem(422, "; ".join(f"{error.field}: {error.message}" for error in errors[:3]), errors=errors)


def records_of(found: Mapping[str, Any], limit: int) -> tuple[list[dict[str, Any]], bool]:
    """What `data` holds, one record or many, and whether it was a list. Raises Problem."""
    data = found.get("data")
    if isinstance(data, dict):
        return [data], False
    if not isinstance(data, list):
        missing = "data" not in found
        raise refused(FieldError("data", "missing; it must have a value" if missing else _WANTED + _kind(data)))
    if not data:
        raise refused(FieldError("data", "no shipment given; at least one is needed"))
    if len(data) > limit:
        raise Problem(413, f"data holds {len(data)} records; at most {limit} are allowed in one request")
    wrong = [at for at, record in enumerate(data, 1) if type(record) is not dict]
    if wrong:
        raise refused(*(FieldError("data", "must be an object", at) for at in wrong[:20]))
    return data, True


_WANTED = "must be an object, or a list of objects, not "


def asked_of(found: dict[str, Any], limit: int, request_id: str, client: str) -> Asked:
    """What a request for predictions asks. Raises Problem."""
    if len(found) > 1 or "data" not in found:
        refuse_unknown(found, _FIELDS)
    records, many = records_of(found, limit)
    explain = found.get("explain", False)
    if not isinstance(explain, bool):
        raise refused(FieldError("explain", f"must be true or false, not {_kind(explain)}"))
    costs = found.get("costs")
    return Asked(records, request_id, client, None if costs is None else _costs(costs), explain, many)


def _costs(given: object) -> Costs:
    if not isinstance(given, dict):
        raise refused(FieldError("costs", f"must be an object or null, not {_kind(given)}"))
    try:
        return Costs.model_validate_json(orjson.dumps(given), strict=True)
    except ValidationError as error:
        raise refused(
            *(
                FieldError(
                    ".".join(("costs", *map(str, mistake["loc"])))[:80], mistake["msg"].removeprefix("Value error, ")
                )
                for mistake in error.errors(include_url=False, include_context=False, include_input=False)
            )
        ) from None


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(
        type(value), "a number"
    )


def answer_body(model: ServingModel, asked: Asked, answered: Answered, now: datetime) -> bytes:
    """The answer to one record, or to many: then what is said of each stands in a list."""
    told = _of_many(answered) if asked.many else _of_one(answered)
    told["act_above"] = answered.act_above
    told["currency"] = answered.currency
    told |= model.described
    told["predicted_at"] = now
    return orjson.dumps(told)


def _of_one(answered: Answered) -> dict[str, object]:
    row = answered.logged[0]
    told: dict[str, object] = {
        "prediction": 1 if answered.acts[0] else 0,
        "probability": answered.probabilities[0],
        "label_set": answered.label_sets[0],
        "expected_saving": answered.savings[0],
        "notes": answered.notes[0],
        "prediction_id": row.prediction_id,
        "shipment_id": row.shipment_id,
    }
    if answered.reasons is not None:
        told["reasons"] = [_reason(reason) for reason in answered.reasons[0]]
    return told


def _of_many(answered: Answered) -> dict[str, object]:
    told: dict[str, object] = {
        "prediction": [int(act) for act in answered.acts],
        "probability": answered.probabilities,
        "label_set": answered.label_sets,
        "expected_saving": answered.savings,
        "notes": answered.notes,
        "prediction_id": [row.prediction_id for row in answered.logged],
        "shipment_id": [row.shipment_id for row in answered.logged],
    }
    if answered.reasons is not None:
        told["reasons"] = [[_reason(reason) for reason in of_one] for of_one in answered.reasons]
    return told


def _reason(reason: Reason) -> dict[str, object]:
    return {"feature": reason.source, "points": reason.points, "text": words(reason)}

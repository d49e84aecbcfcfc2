"""The JSON of requests and responses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from delay_core.explanation import Reason, format_reason
from delay_core.schema import Costs
from delay_core.serving import PredictionRequest, PredictionResponse, ServingModel
from delay_core.violations import MAX_FIELD_CHARACTERS, Violation, ViolationCode, pydantic_message, unknown_field
from entrypoints.api.json_body import json_type
from entrypoints.api.problems import Problem, violations_problem

_FIELDS = ("data", "explain", "costs")
MAX_UNKNOWN_FIELDS = 1000
"""Unknown fields of a body that are reported."""


def unknown_fields(content: Mapping[str, object], allowed: tuple[str, ...]) -> list[Violation]:
    """What the body holds beside the allowed fields."""
    unknown = [name for name in content if name not in allowed]
    return [unknown_field(name, allowed) for name in unknown[:MAX_UNKNOWN_FIELDS]]


def parse_records(
    content: Mapping[str, Any], limit: int, violations: Sequence[Violation] = ()
) -> tuple[list[dict[str, Any]], bool]:
    """The records in `data`, one or many, and whether it is a list.

    Raises Problem with these violations, those of other fields, and the ones of `data`.
    """
    data = content.get("data")
    is_list = not isinstance(data, dict)
    all_violations = [*violations, *(_data_violations(content, limit) if is_list else ())]
    if all_violations:
        raise violations_problem(all_violations)
    return (data, True) if isinstance(data, list) else ([content["data"]], False)


def _data_violations(content: Mapping[str, Any], limit: int) -> list[Violation]:
    """What is wrong with a `data` that is not an object. Raises Problem if it is too long."""
    data = content.get("data")
    if "data" not in content:
        return [Violation("data", ViolationCode.MISSING)]
    if not isinstance(data, list):
        return [_wrong_type("data", data, "an object, or a list of objects")]
    if not data:
        return [Violation("data", ViolationCode.NO_SHIPMENTS)]
    if len(data) > limit:
        raise Problem(413, f"data holds {len(data)} records; at most {limit} are allowed in one request")
    wrong = [(row, record) for row, record in enumerate(data, 1) if type(record) is not dict]
    return [_wrong_type("data", record, "an object", row) for row, record in wrong]


def _wrong_type(field: str, value: object, expected: str, row: int | None = None) -> Violation:
    """A value of another JSON type than expected."""
    params = {"expected": expected, "received": json_type(value)}
    return Violation(field, ViolationCode.WRONG_TYPE, params, row)


def model_violations(error: ValidationError, model: type[BaseModel], prefix: str = "") -> Iterable[Violation]:
    """What is wrong with a JSON object by its pydantic model; in a list of them, also where.

    Field names begin with the `prefix`, that of the object itself.
    """
    for details in error.errors(include_url=False):
        first, *rest = details["loc"] or ("",)
        row, path = (first + 1, rest) if isinstance(first, int) else (None, [first, *rest])
        field = ".".join(filter(None, (prefix, *map(str, path))))[:MAX_FIELD_CHARACTERS] or "data"
        match details["type"]:
            case "missing":
                yield Violation(field, ViolationCode.MISSING, row=row)
            case "extra_forbidden":
                params = {"name": str(path[-1]), "allowed": tuple(model.model_fields)}
                yield Violation(field, ViolationCode.UNKNOWN_FIELD, params, row)
            case "string_type" | "uuid_type":
                yield _wrong_type(field, details["input"], "a text", row)
            case ViolationCode.IN_THE_FUTURE:
                yield Violation(field, ViolationCode.IN_THE_FUTURE, row=row)
            case _:
                yield Violation(field, ViolationCode.INVALID_VALUE, {"reason": pydantic_message(details)}, row)


def parse_prediction_request(content: dict[str, Any], limit: int, request_id: str, client: str) -> PredictionRequest:
    """The request for predictions that a body holds. Raises Problem."""
    violations: list[Violation] = []
    explain, costs = False, None
    if len(content) > 1:  # most bodies hold nothing but data
        violations += unknown_fields(content, _FIELDS)
        explain = _parse_explain(content.get("explain", False), violations)
        costs = _parse_costs(content.get("costs"), violations)
    records, is_list = parse_records(content, limit, violations)
    return PredictionRequest(records, request_id, client, costs, explain, is_list)


def _parse_explain(content: object, violations: list[Violation]) -> bool:
    if not isinstance(content, bool):
        violations.append(_wrong_type("explain", content, "true or false"))
    return content is True


def _parse_costs(content: object, violations: list[Violation]) -> Costs | None:
    if content is None:
        return None
    if not isinstance(content, dict):
        violations.append(_wrong_type("costs", content, "an object or null"))
        return None
    try:
        return Costs.model_validate_json(orjson.dumps(content), strict=True)
    except ValidationError as error:
        violations += model_violations(error, Costs, "costs")
        return None


def serialize_response(
    model: ServingModel, request: PredictionRequest, response: PredictionResponse, now: datetime
) -> bytes:
    """The JSON of `schemas.Answer` for one shipment, of `schemas.Answers` for a list."""
    columns = {name: values(response) for name, values in SHIPMENT_FIELDS.items()}
    body: dict[str, object] = {
        name: values if request.is_list else values[0] for name, values in columns.items() if values is not None
    }
    body["act_above"] = response.act_above
    body["currency"] = response.currency
    body |= model.metadata
    body["predicted_at"] = now
    return orjson.dumps(body)


def _reasons(response: PredictionResponse) -> list[list[dict[str, object]]] | None:
    if response.reasons is None:
        return None
    return [[reason_fields(reason) for reason in reasons] for reasons in response.reasons]


def reason_fields(reason: Reason) -> dict[str, object]:
    """The fields of `schemas.predictions.Reason`."""
    return {"feature": reason.source, "points": reason.points, "text": format_reason(reason)}


ShipmentValues = Callable[[PredictionResponse], Sequence[Any] | None]

SHIPMENT_FIELDS: dict[str, ShipmentValues] = {
    "prediction": lambda response: [int(act) for act in response.acts],
    "probability": lambda response: response.probabilities,
    "label_set": lambda response: response.label_sets,
    "expected_saving": lambda response: response.savings,
    "notes": lambda response: response.notes,
    "prediction_id": lambda response: [row.prediction_id for row in response.logged],
    "shipment_id": lambda response: [row.shipment_id for row in response.logged],
    "reasons": _reasons,
}
"""The values [shipments] of each field of `schemas.ShipmentFields`; None omits the field."""

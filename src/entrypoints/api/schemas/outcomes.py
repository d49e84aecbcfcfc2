"""POST /outcomes."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from delay_core.violations import ViolationCode
from entrypoints.api.schemas.base import ApiModel, OneOrList, read_moment

LATEST_KNOWN_AT = "latest_known_at"
"""The key in the context of a validation: the time (UTC) after which an outcome cannot be known yet."""


def _to_utc(moment: datetime, info: ValidationInfo) -> datetime:
    try:
        known_at = moment.astimezone(UTC)
    except OverflowError:  # in the first or the last hours that a datetime can represent
        raise PydanticCustomError("not_in_utc", "is no time in UTC") from None
    if info.context is not None and known_at > info.context[LATEST_KNOWN_AT]:
        raise PydanticCustomError(ViolationCode.IN_THE_FUTURE.value, "lies in the future")
    return known_at


def _require_one_id(schema: JsonDict) -> None:
    """In JSON Schema, an outcome has one of two forms: the other id is absent or null."""
    properties = schema.pop("properties")
    required = schema.pop("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        raise TypeError("an object's schema has properties and required fields")
    ids = {"prediction_id", "shipment_id"}
    schema["oneOf"] = [
        {
            "type": "object",
            "properties": {**properties, name: _without_null(properties[name]), other: {"type": "null"}},
            "required": [name, *required],
            "additionalProperties": False,
        }
        for name in sorted(ids)
        for other in ids - {name}
    ]
    for keyword in ("type", "additionalProperties"):
        schema.pop(keyword, None)


def _without_null(schema: Any) -> Any:
    return schema["anyOf"][0]


class Outcome(ApiModel):
    """Whether a shipment was late, by its prediction or by its own id. Without `known_at`: known now."""

    model_config = ConfigDict(json_schema_extra=_require_one_id)

    prediction_id: UUID | None = None
    shipment_id: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    late: Annotated[
        bool,
        Field(
            strict=True,
            description="Whether it was late by the label of the schema, which may be a word, a mark, a delay above a "
            "tolerance, or a date after another: the outcome is true or false for all of them.",
        ),
    ]
    known_at: Annotated[AwareDatetime, BeforeValidator(read_moment), AfterValidator(_to_utc)] | None = None

    @model_validator(mode="after")
    def _check_one_id(self) -> "Outcome":
        if (self.prediction_id is None) == (self.shipment_id is None):
            raise PydanticCustomError("one_id", "give either prediction_id or shipment_id")
        return self


class OutcomesRequest(ApiModel):
    """One outcome or a list of outcomes."""

    data: OneOrList[Outcome]


class OutcomesResponse(ApiModel):
    """How many outcomes were recorded, and of which shipments."""

    recorded: Annotated[int, Field(ge=0)]
    shipment_id: str | list[str]

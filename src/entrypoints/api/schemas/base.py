"""The base of all models, and types that several of them share."""

from datetime import datetime, timezone
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, GetJsonSchemaHandler, PlainSerializer, Tag
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from delay_core.parsing.date_formats import ISO_8601
from delay_core.parsing.date_patterns import date_pattern


class ApiModel(BaseModel):
    """A request or response: it has no other fields, and its JSON Schema shows no generated titles."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Remove the titles that pydantic makes from names, and defaults of null."""
        reference = handler(core_schema)
        schema = handler.resolve_ref_schema(reference)
        schema.pop("title", None)
        for field in schema.get("properties", {}).values():
            field.pop("title", None)
            if "default" in field and field["default"] is None:
                del field["default"]  # the field may be absent
        return reference


def _tag(value: object) -> str:
    return "list" if isinstance(value, list) else "one"


Item = TypeVar("Item")
OneOrList = Annotated[
    Annotated[Item, Tag("one")] | Annotated[list[Item], Field(min_length=1), Tag("list")], Discriminator(_tag)
]
UtcTime = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]
Probability = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def read_moment(value: object) -> datetime:
    """The moment as tables and predictions read it: pydantic alone would guess the unit of a number."""
    written = date_pattern(ISO_8601).read(value) if isinstance(value, str) else None
    if written is None or written.offset is None:
        message = "is not a moment in ISO 8601 with its offset, such as 2024-01-31T08:30:00Z"
        raise PydanticCustomError("not_a_moment", message)
    return written.local.replace(tzinfo=timezone(written.offset))

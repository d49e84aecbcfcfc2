"""GET /schema: the fields of a shipment, for forms and for reading files."""

from typing import Annotated, Any, Literal

from pydantic import Field

from delay_core.schema import FieldStatus
from entrypoints.api.schemas.base import ApiModel, Probability, Sha256
from entrypoints.api.schemas.predictions import Costs


class SchemaField(ApiModel):
    """A field of a shipment: what it may hold, and what it is used for. Personal data has no field here."""

    name: str
    role: Literal["numeric", "categorical", "timestamp", "identifier", "label", "ignored"]
    type: str
    required: bool
    unit: str | None
    minimum: float | None
    maximum: float | None
    categories: Annotated[list[str], Field(description="Known categories; empty for other roles.")]
    allowed: Annotated[str, Field(description="Allowed values in words.")]
    use: str
    status: FieldStatus
    aliases: list[str]
    actionable: Annotated[bool, Field(description="Whether a planner can change it before the delivery.")]
    example: Any


class SourceDescription(ApiModel):
    """How a file of shipments is written."""

    delimiter: str
    encoding: str
    timezone: str
    quote: Annotated[str, Field(description="Around a CSV field that holds a delimiter.")] = '"'
    sheet: Annotated[str | None, Field(description="Sheet of a workbook; null: its first visible one.")] = None
    header_row: Annotated[int | None, Field(ge=1, description="null: the first line that is not blank.")] = None
    date_formats: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="ISO8601, a pattern such as %d-%b-%y, excel, epoch_s or epoch_ms."),
    ] = ("ISO8601",)


class CoordinateFields(ApiModel):
    """The fields that hold the position of a shipment in degrees."""

    latitude: str
    longitude: str


class SchemaDescription(ApiModel):
    """The schema of the serving model; the configured one while no model is loaded."""

    name: str
    digest: Sha256
    description: str
    late_means: Annotated[str, Field(description="When a shipment is late, in words.")]
    prediction_point: Annotated[str, Field(description="The field with the time of the prediction.")]
    key: list[str]
    fields: list[SchemaField]
    example: dict[str, Any]
    source: SourceDescription
    coordinates: CoordinateFields | None
    costs: Annotated[Costs | None, Field(description="null: both mistakes cost one, in no currency.")]
    coverage: Annotated[Probability | None, Field(description="Share of label sets that hold the outcome.")]
    max_shipments: Annotated[int, Field(ge=1, description="Shipments that one request may hold.")]

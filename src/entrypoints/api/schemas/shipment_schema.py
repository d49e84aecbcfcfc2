"""GET /schema: the fields of a shipment, for forms and for reading files."""

from typing import Annotated, Any, Literal

from pydantic import Field

from delay_core.schema import FieldStatus
from entrypoints.api.schemas.base import ApiModel, Probability, Sha256, UtcTime
from entrypoints.api.schemas.predictions import Costs


class SchemaField(ApiModel):
    """A field of a shipment: what it may hold, and what it is used for. Personal data has no field here."""

    name: str
    role: Annotated[
        str,
        Field(
            description="What the column holds: numeric, categorical, timestamp, coordinates, identifier, label or "
            "ignored.",
            examples=["numeric", "categorical"],
        ),
    ]
    type: Annotated[str, Field(description="number, text or time.")]
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
    example: Annotated[
        Any, Field(description="A typical value of the rows that the model was tested on; else one within the limits.")
    ]
    description: str = ""
    other_categories: Annotated[bool, Field(description="Whether a value outside `categories` is accepted.")] = True
    earliest: Annotated[UtcTime | None, Field(description="The first time allowed.")] = None
    latest: Annotated[UtcTime | None, Field(description="The last time allowed.")] = None
    date_format: Annotated[
        str | None,
        Field(
            description="How a request writes the time: ISO8601, a pattern of strftime such as %d-%b-%y, or a number: "
            "excel (days since 1899-12-30), epoch_s or epoch_ms. null: the field holds no time.",
        ),
    ] = None


class SourceDescription(ApiModel):
    """How a file of shipments is written."""

    delimiter: str
    encoding: str
    timezone: Annotated[str, Field(description="Of times without an offset.")]
    quote: Annotated[str, Field(description="Around a CSV field that holds a delimiter.")] = '"'
    sheet: Annotated[str | None, Field(description="Sheet of a workbook; null: its first visible one.")] = None
    header_row: Annotated[int | None, Field(ge=1, description="null: the first line that is not blank.")] = None
    date_formats: list[str] = Field(
        default=["ISO8601"],
        min_length=1,
        description="ISO8601, a pattern such as %d-%b-%y, excel, epoch_s or epoch_ms.",
    )
    decimal: Annotated[str, Field(description="The decimal sign of numbers in text.")] = "."
    thousands: Annotated[str | None, Field(description="The sign between groups of three digits.")] = None
    null_tokens: list[str] = Field(default=[""], description="Texts that mean a missing value.")


class CoordinateFields(ApiModel):
    """The fields that hold the position of a shipment in degrees."""

    latitude: str
    longitude: str
    axis_order: Annotated[
        Literal["lat_lon", "lon_lat"] | None,
        Field(description="Where both fields are the same: the order of the two numbers in its text."),
    ] = None


class SchemaDescription(ApiModel):
    """The schema of the serving model; the configured one while no model is loaded."""

    name: str
    digest: Sha256
    description: str
    late_means: Annotated[str, Field(description="When a shipment is late, in words.")]
    prediction_point: Annotated[
        str, Field(description="The field with the time of the prediction, or with the order of the shipments.")
    ]
    key: list[str]
    fields: list[SchemaField]
    example: dict[str, Any]
    source: SourceDescription
    coordinates: CoordinateFields | None
    costs: Annotated[Costs | None, Field(description="null: both mistakes cost one, in no currency.")]
    coverage: Annotated[Probability | None, Field(description="Share of label sets that hold the outcome.")]
    max_shipments: Annotated[int, Field(ge=1, description="Shipments that one request may hold.")]

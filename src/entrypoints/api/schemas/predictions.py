"""POST /predict and GET /predictions/{prediction_id}.

The models of POST /predict describe its JSON, which `payloads.py` parses and writes without them, for speed.
"""

from types import GenericAlias
from typing import Annotated, Any, Literal, get_type_hints
from uuid import UUID

from pydantic import Field, RootModel, create_model

from delay_core import schema as shipment_schema
from entrypoints.api.schemas.base import ApiModel, OneOrList, Probability, Sha256, UtcTime


class Shipment(RootModel[dict[str, Any]]):
    """Placeholder of the fields of the serving model's schema, by which the OpenAPI document replaces it."""


class Costs(shipment_schema.Costs):
    """The costs of the two mistakes; without them, the schema's costs hold."""

    currency: Annotated[str, Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}, description="ISO 4217 code.")]


class PredictRequest(ApiModel):
    """One shipment or a list of shipments."""

    data: OneOrList[Shipment]
    explain: Annotated[bool, Field(description="Include the reasons of each probability.")] = False
    costs: Costs | None = None


class Reason(ApiModel):
    """How many percentage points a column adds to the probability."""

    feature: str
    points: float
    text: str


LabelSet = Literal["late", "on time", "cannot tell"]


class ShipmentFields(ApiModel):
    """The part of a prediction that each shipment has."""

    prediction: Annotated[
        int, Field(json_schema_extra={"enum": [0, 1]}, description="1: act, because acting costs less than waiting.")
    ]
    probability: Annotated[float, Field(ge=0, le=1, description="Calibrated probability of being late.")]
    label_set: LabelSet
    expected_saving: Annotated[float, Field(description="Saving by following `prediction`, in `currency`.")]
    notes: Annotated[list[str], Field(description="Columns that were ignored, values unknown to the training data.")]
    prediction_id: UUID
    shipment_id: str
    reasons: Annotated[list[Reason], Field(description="Only with `explain`.")] = Field(default_factory=list)


class RequestFields(ApiModel):
    """The part of a prediction that all shipments of a request share."""

    act_above: Probability
    currency: Annotated[str | None, Field(description="null: savings are in units of one needless action.")]
    model_name: str
    model_version: int
    schema_digest: Sha256
    bundle_digest: Sha256
    predicted_at: UtcTime


class Answer(RequestFields, ShipmentFields):
    """The prediction for one shipment."""


def _list_fields(model: type[ApiModel]) -> dict[str, Any]:
    """The fields of a model, each as a list."""
    hints = get_type_hints(model, include_extras=True)
    return {
        name: (GenericAlias(list, (hints[name],)), ... if field.is_required() else Field(default_factory=list))
        for name, field in model.model_fields.items()
    }


Answers = create_model(
    "Answers",
    __base__=RequestFields,
    __doc__="The predictions for a list of shipments: lists of equal length, in the order of the request.",
    **_list_fields(ShipmentFields),
)


class RecordedOutcome(ApiModel):
    """The outcome of a shipment that counts now."""

    late: bool
    known_at: UtcTime
    recorded_at: UtcTime
    source: Annotated[str, Field(description="Name of the key that reported it.")]


class LoggedPrediction(ApiModel):
    """A prediction as it was logged, and its outcome."""

    prediction_id: UUID
    predicted_at: UtcTime
    request_data: Annotated[dict[str, Any], Field(description="The shipment as it was sent, without personal data.")]
    model_name: str
    model_version: int
    bundle_digest: Sha256
    schema_digest: Sha256
    shipment_id: str | None
    point: Annotated[UtcTime | None, Field(description="The shipment's prediction point.")]
    probability: Probability | None
    late: bool | None
    error: str | None
    request_id: str | None
    client: Annotated[str | None, Field(description="Name of the key that requested it.")]
    superseded_by: Annotated[
        str | None,
        Field(
            description="The request whose response the idempotency key holds, if another replica answered it first."
        ),
    ]
    outcome: RecordedOutcome | None


class PredictionList(ApiModel):
    """Logged predictions, the newest first."""

    predictions: list[LoggedPrediction]
    next_cursor: Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")]

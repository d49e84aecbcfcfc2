"""Health, model metadata, usage, administration, and problem details."""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from delay_core.schema import FieldStatus
from delay_core.violations import ViolationCode
from entrypoints.api.schemas.base import ApiModel, Sha256, UtcTime

State = Literal["up", "degraded", "down"]
Status = Literal["ok", "degraded", "unavailable"]


class Liveness(ApiModel):
    """The process responds."""

    status: Literal["ok"] = "ok"


class Dependency(ApiModel):
    """The state of something that the service needs."""

    state: State
    detail: str


class Health(ApiModel):
    """The state of the service and of its dependencies."""

    status: Status
    model_loaded: bool
    model_version: int | None
    dependencies: dict[str, Dependency]


class OutcomesSummary(ApiModel):
    """How many outcomes a version follows, and between which times they became known."""

    outcomes: int
    known_from: UtcTime
    known_until: UtcTime


class RecalibrationSummary(OutcomesSummary):
    """The outcomes that the label sets of a recalibrated version follow, and those that its probabilities follow."""

    base_version: Annotated[int, Field(description="The version with the same model, as training made it.")]
    calibrator_outcomes: Annotated[
        OutcomesSummary | None,
        Field(
            description="What the probabilities follow: the same outcomes; earlier ones, if the label sets alone "
            "changed; null, if the probabilities are those of the training."
        ),
    ]


class Metadata(ApiModel):
    """The model that serves."""

    model_name: str
    model_version: int
    model_uri: str
    run_id: str | None
    parameters: dict[str, Any]
    metrics: dict[str, float]
    metrics_intervals: dict[str, Any]
    baseline_intervals: Annotated[
        dict[str, Any], Field(description="The same metrics of the historical late rate alone.")
    ] = Field(default_factory=dict)
    recent_rate_intervals: Annotated[
        dict[str, Any],
        Field(
            description="The same metrics of the recent late rate, which follows the outcomes; empty for models that "
            "were trained before it was measured."
        ),
    ] = Field(default_factory=dict)
    recalibration: Annotated[
        RecalibrationSummary | None,
        Field(
            description="Of a recalibrated version, else null. All metrics are those of its base version: they were "
            "measured at the training."
        ),
    ] = None
    schema_: str = Field(alias="schema")
    schema_digest: Sha256
    bundle_digest: Sha256
    features: list[str]


class UsageField(ApiModel):
    """A field of a shipment."""

    name: str
    type: str
    required: bool
    allowed: str
    use: str
    status: FieldStatus


class Usage(ApiModel):
    """How to request a prediction."""

    usage: str
    example: dict[str, Any]
    fields: list[UsageField]
    options: dict[str, str]
    described_in: str


class ReloadResponse(ApiModel):
    """Whether another version serves now."""

    changed: bool
    model_version: int | None


class RollbackResponse(ApiModel):
    """The version of the decision, the one before, and whether this server has loaded it."""

    model_version: int
    replaced: int | None
    served: bool


class FieldError(ApiModel):
    """A field that is wrong."""

    field: str
    code: ViolationCode
    message: str
    shipment: Annotated[int | None, Field(ge=1, description="Position in `data`, from 1.")]


class ProblemDetails(ApiModel):
    """A problem detail as RFC 9457 defines it."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    errors: list[FieldError] = Field(default_factory=list)
    errors_omitted: Annotated[int | SkipJsonSchema[None], Field(ge=1, description="Number of further errors.")] = None
    request_id: str

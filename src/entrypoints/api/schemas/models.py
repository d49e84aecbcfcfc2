"""GET /models: the versions of the model, and the decisions about them."""

from typing import Annotated, Literal

from pydantic import Field

from delay_core.promotion.decision import Trigger
from entrypoints.api.schemas.base import ApiModel, UtcTime


class VersionSummary(ApiModel):
    """A registered version."""

    version: int
    digest: str
    run_id: str
    serves: bool


class GateDecision(ApiModel):
    """A recorded decision about which version serves."""

    recorded_at: UtcTime
    occurrences: Annotated[
        int,
        Field(ge=1, description="Refused recalibrations of a version in a row are one decision, the newest one."),
    ] = 1
    first_recorded_at: Annotated[UtcTime | None, Field(description="Time of the first of several occurrences.")] = None
    action: Literal["promoted", "refused", "rolled_back"]
    version: int
    replaced: int | None
    trigger: Trigger
    reasons: list[str]
    notes: list[str]


class CalibrationPoint(ApiModel):
    """A bin of the calibration picture of the test rows."""

    rows: int
    mean_probability: float
    late_share: float
    late_share_low: Annotated[float, Field(description="Of the 95 % interval of the share, by Wilson.")]
    late_share_high: float


class Models(ApiModel):
    """Versions and decisions, the newest first."""

    model_name: str
    alias: str
    serving_version: int | None
    serving_since: Annotated[UtcTime | None, Field(description="When this server began to serve the version.")]
    versions: list[VersionSummary]
    decisions: list[GateDecision]
    calibration: list[CalibrationPoint]
    card: Annotated[str | None, Field(description="Model card of the serving version, in Markdown.")]
    registry_problem: Annotated[
        str | None, Field(description="Why versions and decisions are missing; null: the registry answered.")
    ] = None
